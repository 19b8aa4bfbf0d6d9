import { type FeedPosition, noPosition } from '../../../storage/event-feed.js';

/** After the event with a number and, where that is not 0, after the erasure with a number of its own that came next. */
export interface Place {
  readonly number: bigint;
  readonly erasure: bigint;
}

export const FIRST_PLACE: Place = { number: 0n, erasure: 0n };

export function isBefore(a: Place, b: Place): boolean {
  return a.number === b.number ? a.erasure < b.erasure : a.number < b.number;
}

export function positionOf({ number, erasure }: Place): FeedPosition {
  return erasure === 0n ? String(number) : `${number}.${erasure}`;
}

/** Throws a `RangeError` for one that `positionOf()` does not make. */
export function placeOf(position: FeedPosition): Place {
  const [, number, erasure = '0'] = /^(0|[1-9]\d{0,17})(?:\.([1-9]\d{0,17}))?$/.exec(position) ?? [];
  if (number === undefined) throw noPosition();
  return { number: BigInt(number), erasure: BigInt(erasure) };
}
