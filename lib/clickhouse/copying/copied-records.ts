import type { ErasedRecord, FeedRecord, StoredRecord } from '../../storage/event-feed.js';
import type { ClickHouse } from '../clickhouse.js';
import { projectKey, toEventRow } from '../event-row.js';

/** Applies records of the feed to the copy, as often as is asked for: with the same token, what is there already stays once. */
export async function applyRecords(
  clickHouse: ClickHouse,
  records: readonly FeedRecord[],
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const stored = records.filter((record): record is StoredRecord => record.kind === 'stored');
  const erased = records.filter((record): record is ErasedRecord => record.kind === 'erased');
  const rows = stored.map(({ event, receivedAt }) => toEventRow(event, receivedAt));
  if (rows.length > 0) await clickHouse.insert(clickHouse.schema.events, rows, token, signal);
  if (erased.length > 0) await erase(clickHouse, erased);
}

/** Rewrites the parts that have them, so that nothing of them stays on the disk. */
async function erase(clickHouse: ClickHouse, erased: readonly ErasedRecord[]): Promise<void> {
  const { eventParts, onCluster } = clickHouse.schema;
  const keys = erased.map((_record, index) => `({p${2 * index + 1}:String}, {p${2 * index + 2}:String})`);
  const values = erased.flatMap(({ id, projectId }) => [projectKey(projectId), id]);
  await clickHouse.change(`ALTER TABLE ${eventParts}${onCluster} DELETE WHERE (project_key, id) IN (${keys.join(', ')})`, values);
}
