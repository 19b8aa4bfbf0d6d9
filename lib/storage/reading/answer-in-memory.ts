import type { StoredEvent } from '../../events/event.interface.js';
import { compareCodePoints } from './code-point-order.js';
import { isInScope, predicateOf } from './event-predicate.js';
import type { Condition, EventQuery, KeyCount, KeyQuery, QueryResult, ReadOptions, ReadScope } from './event-query.interface.js';
import { GroupValues } from './group-values.js';
import { IDENTITY, inOrder, sortKeysOf } from './group-sort-keys.js';
import { tookTooLong } from './query-refusal.js';
import { sortedPage } from './sorted-page.js';

/** Those of some events that are asked for. */
export function matching<Event extends StoredEvent>(
  events: readonly Event[],
  scope: ReadScope,
  where: Condition,
  { timeoutMs, signal }: ReadOptions,
): Event[] {
  signal?.throwIfAborted();
  const deadline = performance.now() + timeoutMs;
  const [isOfScope, isMet] = [isInScope(scope), predicateOf(where)];
  return events.filter((event) => {
    if (performance.now() > deadline) throw tookTooLong(timeoutMs);
    return isOfScope(event) && isMet(event);
  });
}

/** The keys at the top of a JSON field of some events. */
export function keysInMemory(
  all: readonly StoredEvent[],
  { scope, where, field, limit }: KeyQuery,
  options: ReadOptions,
): KeyCount[] {
  const counts = new Map<string, number>();
  for (const event of matching(all, scope, where, options)) {
    for (const key of Object.keys(event[field] ?? {})) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareCodePoints(a, b));
  return sorted.slice(0, limit).map(([key, count]) => ({ key, count }));
}

/** What a query finds in some events. */
export function answerInMemory(all: readonly StoredEvent[], query: EventQuery, options: ReadOptions): QueryResult {
  const { select, groupBy, orderBy, limit, after, counted } = query;
  const events = matching(all, query.scope, query.where, options);
  const values = new GroupValues(events);
  const groups = values.groupsBy(groupBy);
  const keys = sortKeysOf(values, [...orderBy, ...inOrder(groupBy ?? IDENTITY, 'asc')]);
  const { rows, next } = sortedPage(groups, keys, limit, after);
  const selected = rows.map((group) => select.map((expression) => values.of(expression, group)));
  return { rows: selected, next, ...(counted && { total: groups.length }) };
}
