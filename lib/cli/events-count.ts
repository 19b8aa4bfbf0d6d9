import type { EventFilter } from '../query/event-filter.interface.js';
import type { EventQueryService } from '../query/event-query.service.js';
import { whereOf } from './events-where.js';

/** How many events a filter has, for a bar that shows how far an export is. */
export async function countOf(events: EventQueryService, filter: EventFilter): Promise<number> {
  const { entityType } = filter;
  const { result } = await events.query({
    select: [{ type: 'aggregation', aggregation: 'count' }],
    where: whereOf(filter),
    entityType,
  });
  return Number(result[0].count);
}
