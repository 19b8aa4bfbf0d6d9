import type { FeedRecord } from '../storage/event-feed.js';

/** The event that a record is of; of one that was erased, the digest of its id is all that there is. */
export function recordKey(record: FeedRecord): { id: string; projectId: string | null } {
  if (record.kind === 'erased') return { id: record.idDigest, projectId: record.projectId };
  const { id, projectId } = record.event;
  return { id, projectId };
}
