import type { InsertOutcome } from '../../storage/event.repository.js';
import type { KnownRow } from '../engines/engine.js';
import type { EventRow } from './event-columns.js';
import { keyOf } from './row-key.js';

const CONFLICT: InsertOutcome = { conflict: true };
const ERASED: InsertOutcome = { erased: true };

/**
 * What became of each row, where `stored` has for each key the row that is stored now, one of before or the first of `rows`, or
 * that it was erased.
 * `areSame` compares those that have no digest to compare.
 */
export async function outcomesOf(
  rows: readonly EventRow[],
  stored: ReadonlyMap<string, KnownRow>,
  areSame: (rows: readonly EventRow[]) => Promise<boolean[]>,
): Promise<InsertOutcome[]> {
  const storedOf = (row: EventRow) => stored.get(keyOf(row))!;
  const undecided = rows.filter((row) => storedOf(row) !== row && digestSays(row, storedOf(row)) === undefined);
  const same = undecided.length === 0 ? [] : await areSame(undecided);
  const decided = new Map(undecided.map((row, index) => [row, same[index]]));
  return rows.map((row) => {
    const original = storedOf(row);
    if (original === row) return { replayed: false };
    if ('erased' in original) return ERASED;
    const isSame = decided.get(row) ?? digestSays(row, original);
    return isSame ? { replayed: true, createdAt: original.created_at! } : CONFLICT;
  });
}

function digestSays(row: EventRow, known: KnownRow): boolean | undefined {
  if ('erased' in known) return false;
  const { content_digest } = known;
  return content_digest === null || row.content_digest === null ? undefined : content_digest === row.content_digest;
}
