import type { QueryRow } from '../storage/reading/event-query.interface.js';
import type { SearchStatistics, TopSearchQuery } from './query-answer.interface.js';

const MAX_ROWS = 100;

/** Of counts by text: those that differ in the space around them are one. */
export function topSearches(rows: readonly QueryRow[]): SearchStatistics<TopSearchQuery> {
  const counts = new Map<string, number>();
  for (const [text, count] of rows) {
    const trimmed = String(text ?? '').trim();
    if (trimmed !== '') counts.set(trimmed, (counts.get(trimmed) ?? 0) + Number(count));
  }
  // A stable sort: ties keep the order of the reader, which is by code point.
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_ROWS);
  return { result: sorted.map(([search_query, count]) => ({ search_query, count: String(count) })), total: counts.size };
}
