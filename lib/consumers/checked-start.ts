import { typeName } from '../options/checks/type-name.js';
import type { FeedStart } from '../storage/event-feed.js';

/** Where to begin. Throws a `TypeError` for anything else. */
export function checkedStart(given: unknown): FeedStart {
  if (given === 'now' || given === 'beginning') return given;
  if (given instanceof Date && !Number.isNaN(given.getTime())) return given;
  throw new TypeError(`Expected \`from\` to be 'now', 'beginning' or a valid Date, got ${typeName(given)}.`);
}
