import type { EventRecord, JsonObject } from '../../events/event.interface.js';
import { isSameJson } from '../same-json.js';
import type { EventRepositoryFixture } from './event-repository.case.js';
import { LATER, newEvent } from './events.js';

/** Each event is in the store as it is given: another one with its id is answered with it. */
export async function expectStored({ repository, expect }: EventRepositoryFixture, events: EventRecord[]): Promise<void> {
  const outcomes = await repository.insert(events.map((event) => ({ ...event, type: 'another', receivedAt: LATER })));
  expect(outcomes).toEqual(events.map((event) => ({ event, replayed: true })));
}

/** Each event is new, stored, and in the store as it is given. */
export async function expectKept(fixture: EventRepositoryFixture, events: EventRecord[]): Promise<void> {
  const outcomes = await fixture.repository.insert(events);
  fixture.expect(outcomes).toEqual(events.map((event) => ({ event, replayed: false })));
  await expectStored(fixture, events);
}

// Of large objects, matchers would print the difference for minutes; and some take an own key __proto__ for none.
export async function expectJsonKept({ repository, expect }: EventRepositoryFixture, properties: JsonObject): Promise<void> {
  const event = newEvent({ properties, userProperties: properties });
  const outcomes = [...(await repository.insert([event])), ...(await repository.insert([event]))];
  expect(outcomes.map(({ replayed }) => replayed)).toEqual([false, true]);
  for (const { event: stored } of outcomes) {
    expect(isSameJson(stored.properties, properties)).toBe(true);
    expect(isSameJson(stored.userProperties, properties)).toBe(true);
  }
}
