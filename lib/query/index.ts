export type { EventLogQueryExtras } from './event-log-query-extras.interface.js';
export { EventLogQueryModule } from './event-log-query.module.js';
export type { EventFilter, EventFilterOf, PageRequest, ReadingOptions } from './event-filter.interface.js';
export { EventQueryService } from './event-query.service.js';
export { InvalidQueryException } from './invalid-query.exception.js';
export type * from './query-answer.interface.js';
export type { EventLogQueryOptions } from './query-options.interface.js';
export type * from './query-request.interface.js';
