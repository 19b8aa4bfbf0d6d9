import type { NamedTable } from '../engines/table-name.js';

class EventLogErasure {}
class EventLogErasureRequest {}

/** A row for each event that was erased: what the write path refuses, and what the feed tells. */
export const ERASURES: NamedTable = { entity: EventLogErasure, given: 'event_log_erasures', holds: 'erased ids' };

/** What was asked to be erased, and how far that is. */
export const ERASURE_REQUESTS: NamedTable = {
  entity: EventLogErasureRequest,
  given: 'event_log_erasure_requests',
  holds: 'requests to erase',
};

/** The columns that every engine has; each has others for the place in the feed. */
export const ERASURE_COLUMNS = ['id_digest', 'project_key', 'id', 'kind', 'erased_at', 'request_id'] as const;

export const REQUEST_COLUMNS = [
  'id',
  'mode',
  'user_key',
  'project_key',
  'paths',
  'started_at',
  'finished_at',
  'counts',
  'term',
  'beat',
] as const;
