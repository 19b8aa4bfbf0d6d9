import { userKey } from '../events/user-key.js';
import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventsFilter, FilterCondition } from '../query/query-request.interface.js';

const DATE = /^\d{4}-\d\d-\d\d$/;

/** The same filter as a query has it, in which a time is never a date alone. */
export function whereOf(filter: EventFilter): EventsFilter {
  const { type, from, to, projectId, integrationId, userId } = filter;
  const conditions: FilterCondition[] = [
    { field: 'type', operator: 'eq', value: type },
    { field: 'createdAt', operator: 'gte', value: timeOf(from) },
    { field: 'createdAt', operator: 'lt', value: timeOf(to) },
    { field: 'projectId', operator: 'eq', value: projectId },
    { field: 'integrationId', operator: 'eq', value: integrationId },
    { field: 'userKey', operator: 'eq', value: userId === undefined ? undefined : userKey(userId) },
  ];
  return { and: conditions.filter(({ value }) => value !== undefined).map((condition) => ({ condition })) };
}

function timeOf(given: string | Date | undefined): string | Date | undefined {
  return typeof given === 'string' && DATE.test(given) ? `${given}T00:00:00Z` : given;
}
