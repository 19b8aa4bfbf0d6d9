import { randomUUID } from 'node:crypto';
import { erasedIdDigest } from '../../events/erased-id-digest.js';
import type { ChangedRecord, FeedRecord, StoredRecord } from '../../storage/event-feed.js';
import type { ClickHouse } from '../clickhouse.js';
import { projectKey, toEventRow } from '../event-row.js';

/** How many rows one statement takes out: its text has a place for each of them. */
const ERASED_AT_ONCE = 2_000;

/** Applies records of the feed to the copy, as often as is asked for: with the same token, what is there already stays once. */
export async function applyRecords(
  clickHouse: ClickHouse,
  records: readonly FeedRecord[],
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const stored = records.filter((record): record is StoredRecord => record.kind === 'stored');
  const gone = records.filter((record) => record.kind !== 'stored');
  const changed = gone.filter((record): record is ChangedRecord => record.kind === 'changed');
  const rows = (of: readonly (StoredRecord | ChangedRecord)[]) =>
    of.map(({ event, receivedAt }) => toEventRow(event, receivedAt));
  if (stored.length > 0) await clickHouse.insert(clickHouse.schema.events, rows(stored), token, { signal });
  for (let first = 0; first < gone.length; first += ERASED_AT_ONCE)
    await erase(clickHouse, gone.slice(first, first + ERASED_AT_ONCE).map(keyOf));
  // With a token of its own each time: what an earlier try has inserted is erased by now.
  if (changed.length > 0) await clickHouse.insert(clickHouse.schema.events, rows(changed), randomUUID(), { signal });
}

/** Rewrites the parts that have them, so that nothing of them stays on the disk. */
async function erase(clickHouse: ClickHouse, keys: readonly (readonly [projectKey: string, idDigest: string])[]): Promise<void> {
  const { eventParts, onCluster } = clickHouse.schema;
  const places = keys.map((_key, index) => `({p${2 * index + 1}:String}, {p${2 * index + 2}:String})`);
  const isOne = `(project_key, lower(hex(SHA256(id)))) IN (${places.join(', ')})`;
  await clickHouse.change(`ALTER TABLE ${eventParts}${onCluster} DELETE WHERE ${isOne}`, keys.flat());
}

function keyOf(record: FeedRecord): [projectKey: string, idDigest: string] {
  if (record.kind === 'erased') return [projectKey(record.projectId), record.idDigest];
  return [projectKey(record.event.projectId), erasedIdDigest(record.event.id)];
}
