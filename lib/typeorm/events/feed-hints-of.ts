import type { DataSource } from 'typeorm';
import { FeedHints } from '../../storage/feed-hints.js';

const hints = new WeakMap<DataSource, FeedHints>();

/** The hints that what is stored through a data source gives. */
export function feedHintsOf(dataSource: DataSource): FeedHints {
  const known = hints.get(dataSource) ?? new FeedHints();
  hints.set(dataSource, known);
  return known;
}
