import { compareCodePoints } from './code-point-order.js';
import type { Keyset } from './event-query.interface.js';

export interface SortKey<Row> {
  readonly direction: 'asc' | 'desc';
  readonly type: 'text' | 'time' | 'number';
  of(row: Row): string | number | null;
}

/** The first rows in the order of the keys, or those after a keyset, and where they end. */
export function sortedPage<Row>(rows: readonly Row[], keys: readonly SortKey<Row>[], limit: number, after?: Keyset) {
  if (after !== undefined) checkKeyset(after, keys);
  const compare = (a: Keyset, b: Keyset) => compareKeysets(a, b, keys);
  const sorted = rows
    .map((row) => ({ row, keyset: keys.map((key) => key.of(row)) }))
    .filter(({ keyset }) => after === undefined || compare(keyset, after) > 0)
    .sort((a, b) => compare(a.keyset, b.keyset));
  const page = sorted.slice(0, limit);
  return { rows: page.map(({ row }) => row), next: sorted.length > limit ? page[limit - 1].keyset : null };
}

function compareKeysets(a: Keyset, b: Keyset, keys: readonly SortKey<never>[]): number {
  for (const [index, { direction }] of keys.entries()) {
    const order = compareValues(a[index], b[index]);
    if (order !== 0) return direction === 'asc' ? order : -order;
  }
  return 0;
}

/** Of one type, or null, which comes first. */
function compareValues(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return typeof a === 'string' ? compareCodePoints(a, String(b)) : a - Number(b);
}

/** A cursor comes from outside. */
function checkKeyset(after: Keyset, keys: readonly SortKey<never>[]): void {
  const isRight = ({ type }: SortKey<never>, index: number) => after[index] === null || isOfType(after[index], type);
  if (Array.isArray(after) && after.length === keys.length && keys.every(isRight)) return;
  throw new RangeError('Expected `after` to be the `next` of an earlier page of the same question');
}

function isOfType(value: string | number, type: SortKey<never>['type']): boolean {
  if (type === 'number') return typeof value === 'number';
  return typeof value === 'string' && (type === 'text' || !Number.isNaN(Date.parse(value)));
}
