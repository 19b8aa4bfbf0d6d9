import type { FeedRecord } from '../../storage/event-feed.js';
import type { FeedRow } from '../engines/feed-table.js';
import { projectOfKey, toStoredEvent } from '../events/event-columns.js';

export function feedRecordOf({ row, position, erasure }: FeedRow): FeedRecord {
  if (erasure?.kind === 'deleted') {
    const { erasedAt: receivedAt, idDigest } = erasure;
    return { kind: 'erased', position, receivedAt, idDigest, projectId: projectOfKey(row.project_key!) };
  }
  const event = toStoredEvent(row);
  if (erasure !== undefined) return { kind: 'changed', position, receivedAt: erasure.erasedAt, event };
  return { kind: 'stored', position, receivedAt: row.received_at!, event };
}
