import type { EventRecord } from '../../events/event.interface.js';
import type { EventRepositoryCase } from './event-repository.case.js';
import { changed, newEvent, sentAgain } from './events.js';
import { CONFLICT, expectStored, insert, replayOf, STORED } from './expectations.js';

const FIRST_STAYS = 'An event whose id is taken by one with other content must be { conflict: true }, and the first must stay.';

/** Each is another event than the one of `newEvent(first)`, by one field. */
const OTHERS: readonly [what: string, fields: object, first?: object][] = [
  ['entity type', { entityType: 'conversation', messageId: undefined, conversationId: 'm' }],
  ['type', { type: 'message:shared' }],
  ['subject', { messageId: 'M' }],
  ['integration', { integrationId: 'I' }],
  ['integration, which is left out', { integrationId: null }],
  ['integration, which is empty', { integrationId: '' }, { integrationId: null }],
  ['properties', { properties: { a: 2 } }],
  ['properties, which are left out', { properties: null }],
  ['properties, which are empty', { properties: {} }, { properties: null }],
  ['type of a number in properties', { properties: { a: '1' } }],
  ['fields of its own', { fields: { a: 2 } }, { fields: { a: 1 } }],
  ['fields of its own, which are left out', { fields: undefined }, { fields: { a: 1 } }],
  ['userProperties', { userProperties: { id: 8 } }],
  ['userProperties, which are left out', { userProperties: null }],
  ['userProperties, which are empty', { userProperties: {} }, { userProperties: null }],
];

const CONFLICTS = OTHERS.map(([what, fields, first]): EventRepositoryCase => ({
  title: `takes an event with an id that is taken for another one by its ${what}`,
  rule: FIRST_STAYS,
  async run(fixture) {
    const event = newEvent(first);
    await insert(fixture, [event]);
    fixture.expect(await insert(fixture, [withoutUndefined(changed(event, fields))])).toEqual([CONFLICT]);
    await expectStored(fixture, [event]);
  },
}));

export const REPLAYS: readonly EventRepositoryCase[] = [
  {
    title: 'replays an event that comes again, with the time of the first',
    rule: 'The same content under the same id must be { replayed: true } with the stored `createdAt`, whatever times it has.',
    async run(fixture) {
      const event = newEvent();
      await insert(fixture, [event]);
      for (let i = 0; i < 2; i++) fixture.expect(await insert(fixture, [sentAgain(event)])).toEqual([replayOf(event)]);
    },
  },
  ...CONFLICTS,
  {
    title: 'takes an event with an id that is taken for another one by the order of its keys',
    rule: 'Contents must be compared as JSON text, where the order of keys counts: compare `contentDigest`.',
    async run(fixture) {
      const event = newEvent({ properties: { a: 1, b: 2 } });
      await insert(fixture, [event]);
      fixture.expect(await insert(fixture, [changed(event, { properties: { b: 2, a: 1 } })])).toEqual([CONFLICT]);
    },
  },
  {
    title: 'stores the first of events with the same id in one batch, and judges the others by it',
    rule: 'Where one batch has an id more than once, the first must be stored, and the others be replays of it or conflicts.',
    async run(fixture) {
      const [first, other] = [newEvent(), newEvent()];
      const batch = [first, sentAgain(first), other, changed(first, { type: 'another' }), sentAgain(first)];
      fixture.expect(await insert(fixture, batch)).toEqual([STORED, replayOf(first), STORED, CONFLICT, replayOf(first)]);
      await expectStored(fixture, [first, other]);
    },
  },
  {
    title: 'judges all events with the same id in one batch by the one that was there before',
    rule: 'Where one batch has an id of before more than once, each event must be compared with what is stored.',
    async run(fixture) {
      const event = newEvent();
      await insert(fixture, [event]);
      const other = changed(event, { type: 'another' });
      const outcomes = await insert(fixture, [other, sentAgain(event), other]);
      fixture.expect(outcomes).toEqual([CONFLICT, replayOf(event), CONFLICT]);
      await expectStored(fixture, [event]);
    },
  },
];

function withoutUndefined(event: EventRecord): EventRecord {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as EventRecord;
}
