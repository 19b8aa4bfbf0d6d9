import { isDeepStrictEqual } from 'node:util';
import type { StoredEvent } from 'nestjs-event-log';
import type { HistoryRecord } from './history.js';

/** What is wrong with a store, as names of events. */
export interface Faults {
  /** Answered with 200, and not stored. */
  lost: string[];
  /** Stored, and never sent. */
  unexpected: string[];
  /** Stored more than once. */
  duplicated: string[];
  /** Stored otherwise than sent, or answered otherwise than sent or stored. */
  corrupt: string[];
  /** Answered with nothing but 4xx, and stored. */
  rejectedButStored: string[];
}

export interface Verdict extends Faults {
  /** Never answered with 200, for all that clients know, and stored: allowed. */
  recovered: string[];
}

export const NO_FAULTS: Faults = { lost: [], unexpected: [], duplicated: [], corrupt: [], rejectedButStored: [] };

/** Judges what is stored by what clients saw. */
export function check(history: readonly HistoryRecord[], stored: readonly StoredEvent[]): Verdict {
  const sent = groupBy(history, ({ event }) => event.messageId);
  const rows = groupBy(stored, nameOf);
  const names = [...sent.keys()];
  const count = (name: string, kind: HistoryRecord['kind']) => sent.get(name)!.filter((record) => record.kind === kind).length;
  const rejected = (name: string) => count(name, 'fail') === count(name, 'invoke');
  const unanswered = names.filter((name) => rows.has(name) && count(name, 'ok') === 0);
  return {
    lost: names.filter((name) => count(name, 'ok') > 0 && !rows.has(name)),
    unexpected: [...rows.keys()].filter((name) => !sent.has(name)),
    duplicated: [...rows].flatMap(([name, same]) => (same.length > 1 ? [name] : [])),
    corrupt: names.filter((name) => isCorrupt(sent.get(name)!, rows.get(name) ?? [])),
    rejectedButStored: unanswered.filter(rejected),
    recovered: unanswered.filter((name) => !rejected(name)),
  };
}

function isCorrupt(records: HistoryRecord[], stored: StoredEvent[]): boolean {
  // An item of a batch is answered without its event.
  const answered = records.flatMap((record) => (record.kind === 'ok' && record.answer ? [record.answer.body] : []));
  const texts = stored.map((event) => JSON.stringify(event));
  const holdsWhatWasSent = (text: string) => {
    const event = JSON.parse(text);
    return isDeepStrictEqual({ ...event, ...records[0].event }, event);
  };
  const isStored = (text: string) => texts.length === 0 || texts.includes(text);
  return ![...new Set([...answered, ...texts])].every(holdsWhatWasSent) || !answered.every(isStored);
}

function nameOf(event: StoredEvent): string {
  return event.entityType === 'message' && event.messageId !== undefined ? event.messageId : event.id;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
