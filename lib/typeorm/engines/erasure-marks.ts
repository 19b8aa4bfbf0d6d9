import { COLUMNS, type EventRow } from '../events/event-columns.js';
import type { ErasureMark, FeedRow } from './feed-table.js';

/** A row of the feed as the statements of SQLite and PostgreSQL read it: of an event, or of an erasure. */
export type MarkedRow = EventRow & { erased_kind: string | null; id_digest: string | null; erased_at: string | null };

/** SQL of the columns that tell of an erasure, as an event has them. */
export const NO_MARK = 'NULL AS erased_kind, NULL AS id_digest, NULL AS erased_at';

/**
 * SQL of the rows of `erasures`, each with its event where that is still there, changed. `read` is how a column of an event is
 * read, and `erasedAt` that of the time. Where an event was purged after it was changed, there is nothing to tell.
 */
export function markedRows(
  { erasures, events }: Record<'erasures' | 'events', string>,
  read: (column: (typeof COLUMNS)[number]) => string,
  erasedAt: string,
): { columns: string; from: string; isTold: string } {
  const columns = COLUMNS.map((column) => (/^(?:project_key|id)$/.test(column) ? OF_KEY[column as 'id'] : read(column)));
  return {
    columns: `${columns.join(', ')}, erased.kind AS erased_kind, erased.id_digest, ${erasedAt} AS erased_at`,
    from: `${erasures} AS erased LEFT JOIN ${events} AS stored ON stored.project_key = erased.project_key AND stored.id = erased.id`,
    isTold: "(erased.kind = 'deleted' OR stored.id IS NOT NULL)",
  };
}

const OF_KEY = { project_key: 'erased.project_key', id: 'stored.id' };

/**
 * The row, and what the columns that tell of an erasure tell; `withTimes` makes what is read of an event a row. The columns beside
 * those of an event stay in it: to copy a row without some of them takes as long as reading it.
 */
export function unmarked(row: MarkedRow, position: string, withTimes: (row: EventRow) => EventRow = (same) => same): FeedRow {
  const { erased_kind, id_digest, erased_at } = row;
  if (erased_kind === null) return { row: withTimes(row), position };
  const erasure = { kind: erased_kind as ErasureMark['kind'], idDigest: id_digest!, erasedAt: erased_at! };
  return { row: erasure.kind === 'deleted' ? row : withTimes(row), position, erasure };
}
