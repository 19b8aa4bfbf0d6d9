import type { FeedPosition } from '../../../storage/event-feed.js';

/** After a row of before the feed, or after one of a transaction: numbers and times as text, as 64 bits are too long for JavaScript. */
export type Place = OldPlace | NewPlace;

export interface OldPlace {
  readonly kind: 'old';
  /** In milliseconds since 1970. */
  readonly receivedAt: string;
  readonly key: string;
}

export interface NewPlace {
  readonly kind: 'new';
  readonly transaction: string;
  readonly number: string;
}

const FIRST_KEY = '0'.repeat(32);
const LAST_NUMBER = String(2n ** 63n - 1n);

/** Before the rows of before the feed that were received at a time. */
export function placeBefore(receivedAt: string): OldPlace {
  return { kind: 'old', receivedAt, key: FIRST_KEY };
}

/** After all of a transaction. */
export function placeAfter(transaction: string): NewPlace {
  return { kind: 'new', transaction, number: LAST_NUMBER };
}

export function positionOf(place: Place): FeedPosition {
  return place.kind === 'old' ? `0.${place.receivedAt}.${place.key}` : `${place.transaction}.${place.number}`;
}

/** Undefined: none that `positionOf()` makes. */
export function placeOf(position: FeedPosition): Place | undefined {
  const [, receivedAt, key] = /^0\.(0|[1-9]\d{0,14})\.([0-9a-f]{32})$/.exec(position) ?? [];
  if (key !== undefined) return { kind: 'old', receivedAt, key };
  const [, transaction, number] = /^([1-9]\d{0,18})\.(0|[1-9]\d{0,18})$/.exec(position) ?? [];
  const fits = number !== undefined && [transaction, number].every((text) => BigInt(text) <= BigInt(LAST_NUMBER));
  return fits ? { kind: 'new', transaction, number } : undefined;
}

/** By which places are in order: those of before the feed come first. */
export function numbersOf(place: Place): readonly bigint[] {
  if (place.kind === 'new') return [BigInt(place.transaction), BigInt(place.number)];
  return [0n, BigInt(place.receivedAt), BigInt(`0x${place.key}`)];
}
