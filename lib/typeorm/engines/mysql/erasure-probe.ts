import { erasedIdDigest } from '../../../events/erased-id-digest.js';
import type { RowKey } from '../engine.js';
import { GATE_OF_NOW } from './feed-gates.js';

/** The code of a statement that `erasureProbe()` lets fail: a subquery with two rows where one may stand. */
export const IS_ERASED = 'ER_SUBQUERY_NO_1_ROW';

/**
 * SQL of a value that is null, which AUTO_INCREMENT takes for the next number, and fails the statement where one of so many keys
 * was erased. The first one of a transaction goes through the gate, and looks then: who erases holds both gates meanwhile, so
 * that nobody writes who has not seen it. One for a statement, as each subquery opens its tables once more.
 */
export function erasureProbe(feedTable: string, erasures: string, keys: number, isFirst: boolean): string {
  const isOneOf = Array.from({ length: keys }, () => '(erased.id_digest = ? AND erased.project_key = ?)').join(' OR ');
  // Else a small table would be read whole, and all of it locked.
  const erased = `${erasures} AS erased FORCE INDEX (PRIMARY)`;
  const twice = '(SELECT 1 AS one UNION ALL SELECT 2) AS twice';
  const from = isFirst
    ? `${feedTable} AS entered LEFT JOIN (${erased} CROSS JOIN ${twice}) ON ${isOneOf} WHERE entered.gate = ${GATE_OF_NOW}`
    : `${erased} CROSS JOIN ${twice} WHERE ${isOneOf}`;
  return `(SELECT ${isFirst ? 'entered.nothing' : 'NULL'} FROM ${from} LOCK IN SHARE MODE)`;
}

/** The values of it. */
export function probedValues(keys: readonly RowKey[]): string[] {
  return keys.flatMap(({ project_key, id }) => [erasedIdDigest(id!), project_key!]);
}
