import type { EventRecord, JsonObject, StoredEvent } from '../../events/event.interface.js';
import { storedEvent } from '../../events/stored-event.js';
import type { InsertOutcome } from '../../storage/event.repository.js';
import { isSameJson } from '../same-json.js';
import type { EventRepositoryFixture } from './event-repository.case.js';
import { changed, newEvent, sentAgain } from './events.js';

/** For an insert of a case that is not about its time: a machine that stands still for a while breaks no rule. */
export const PATIENCE_MS = 20_000;

export const STORED: InsertOutcome = { replayed: false };
export const CONFLICT: InsertOutcome = { conflict: true };
export const ERASED: InsertOutcome = { erased: true };

/** The outcome of an event that is sent again. */
export function replayOf({ createdAt }: EventRecord): InsertOutcome {
  return { replayed: true, createdAt };
}

/** What insert() resolves to, without what a store may add. */
export async function insert({ repository }: EventRepositoryFixture, events: readonly EventRecord[]): Promise<InsertOutcome[]> {
  return (await repository.insert(events, PATIENCE_MS)).map(plain);
}

export function plain(outcome: InsertOutcome): InsertOutcome {
  if ('conflict' in outcome) return CONFLICT;
  if ('erased' in outcome) return ERASED;
  return outcome.replayed ? { replayed: true, createdAt: outcome.createdAt } : STORED;
}

/** Each event is in the store as it is given: sent again it is a replay, and another one with its id a conflict. */
export async function expectStored(fixture: EventRepositoryFixture, events: readonly EventRecord[]): Promise<void> {
  const { expect } = fixture;
  expect(await insert(fixture, events.map(sentAgain))).toEqual(events.map(replayOf));
  const others = events.map((event) => changed(event, { type: `not ${event.type}` }));
  expect(await insert(fixture, others)).toEqual(events.map(() => CONFLICT));
  for (const event of events) await expectFound(fixture, event);
}

/** Each event is new, stored, and in the store as it is given. */
export async function expectKept(fixture: EventRepositoryFixture, events: readonly EventRecord[]): Promise<void> {
  fixture.expect(await insert(fixture, events)).toEqual(events.map(() => STORED));
  await expectStored(fixture, events);
}

/** An event is kept whole, down to the order of its keys. */
export function expectJsonKept(fixture: EventRepositoryFixture, properties: JsonObject): Promise<void> {
  return expectKept(fixture, [newEvent({ properties, userProperties: properties })]);
}

// Of large objects, matchers would print the difference for minutes; and some take an own key __proto__ for none.
async function expectFound({ repository, expect }: EventRepositoryFixture, event: EventRecord): Promise<void> {
  if (repository.find === undefined) return;
  const found = await repository.find(event.id, event.projectId);
  expect(isSameJson(found ? storedEvent(found) : null, storedEvent(event))).toBe(true);
  expect(jsonOf(found) === jsonOf(event)).toBe(true);
}

function jsonOf(event: StoredEvent | undefined): string {
  return JSON.stringify([event?.properties, event?.userProperties, event?.fields]);
}
