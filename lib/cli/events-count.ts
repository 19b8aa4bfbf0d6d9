import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventQueryService } from '../query/event-query.service.js';
import type { EventsFilter, FilterCondition } from '../query/query-request.interface.js';

/** How many events a filter has, for a bar that shows how far an export is. */
export async function countOf(events: EventQueryService, filter: EventFilter): Promise<number> {
  const { entityType, type, from, to, projectId, integrationId, userId } = filter;
  const conditions: FilterCondition[] = [
    { field: 'type', operator: 'eq', value: type },
    { field: 'createdAt', operator: 'gte', value: from },
    { field: 'createdAt', operator: 'lt', value: to },
    { field: 'projectId', operator: 'eq', value: projectId },
    { field: 'integrationId', operator: 'eq', value: integrationId },
    { field: 'userKey', operator: 'eq', value: userId },
  ];
  const given = conditions.filter(({ value }) => value !== undefined);
  const where: EventsFilter = { and: given.map((condition) => ({ condition })) };
  const { result } = await events.query({ select: [{ type: 'aggregation', aggregation: 'count' }], where, entityType });
  return Number(result[0].count);
}
