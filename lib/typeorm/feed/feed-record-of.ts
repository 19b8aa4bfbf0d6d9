import { storedEvent } from '../../events/stored-event.js';
import type { FeedRecord } from '../../storage/event-feed.js';
import type { FeedRow } from '../engines/feed-table.js';
import { projectOfKey, toRecord } from '../events/event-columns.js';

export function feedRecordOf({ row, position, erasure }: FeedRow): FeedRecord {
  if (erasure?.kind === 'deleted') {
    const { erasedAt: receivedAt, idDigest } = erasure;
    return { kind: 'erased', position, receivedAt, idDigest, projectId: projectOfKey(row.project_key!) };
  }
  const record = toRecord(row);
  const event = storedEvent(record);
  if (erasure !== undefined) return { kind: 'changed', position, receivedAt: erasure.erasedAt, event };
  return { kind: 'stored', position, receivedAt: record.receivedAt, event };
}
