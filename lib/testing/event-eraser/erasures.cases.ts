import { randomUUID } from 'node:crypto';
import { erasedIdDigest } from '../../events/erased-id-digest.js';
import { storedEvent } from '../../events/stored-event.js';
import { readMany } from '../event-feed/event-feed.case.js';
import { insertPatiently } from '../event-repository/insert-patiently.js';
import { changed, newEvent, sentAgain } from '../event-repository/events.js';
import { ERASED, plain, STORED } from '../event-repository/expectations.js';
import { endOf, type EventEraserCase, idsKept, idsOf } from './event-eraser.case.js';
import { eventOf } from './people.cases.js';

const STAYS_ERASED =
  'An id that was erased must be { erased: true } for every insert from then on, whatever its content, in its project alone.';

/** What is erased on a person's request. */
export const ERASURES: readonly EventEraserCase[] = [
  {
    title: 'erases events, and takes none with their ids again',
    rule: STAYS_ERASED,
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const projectId = randomUUID();
      const events = Array.from({ length: 5 }, () => newEvent({ projectId }));
      await repository.insert(events);
      const [a, b, ...others] = events;
      await eraser.erase([a, b], randomUUID());
      expect(await idsKept(fixture, events)).toEqual(idsOf(others));
      const elsewhere = newEvent({ id: a.id, projectId: randomUUID() });
      const fresh = newEvent({ projectId });
      const outcomes = await repository.insert([sentAgain(a), fresh, changed(b, { type: 'another' }), elsewhere]);
      expect(outcomes.map(plain)).toEqual([ERASED, STORED, ERASED, STORED]);
      expect((await repository.insert([sentAgain(a)])).map(plain)).toEqual([ERASED]);
      expect(await idsKept(fixture, [...events, fresh])).toEqual(idsOf([...others, fresh]));
    },
  },
  {
    title: 'erases again what is erased already, and counts it once',
    rule: 'erase() must do no harm where it is called again after it was cut short, and erasedBy() must count each event once.',
    async run({ repository, eraser, expect }) {
      const [projectId, requestId] = [randomUUID(), randomUUID()];
      const events = [...Array.from({ length: 3 }, () => newEvent({ projectId })), newEvent({ projectId: null })];
      await repository.insert(events);
      await eraser.erase(events.slice(0, 2), requestId);
      await eraser.erase(events, requestId);
      const counts = await eraser.erasedBy(requestId);
      expect(counts.toSorted((a) => (a.projectId === null ? -1 : 1))).toEqual([
        { projectId: null, events: 1 },
        { projectId, events: 3 },
      ]);
      expect(await eraser.erasedBy(randomUUID())).toEqual([]);
    },
  },
  {
    title: 'tells of what was erased in the feed, by the digest of its id alone',
    rule: 'The feed must have an erased record for each event that was erased, after all that was stored before, and the event itself no longer.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const after = await endOf(fixture);
      const events = Array.from({ length: 3 }, () => newEvent());
      for (const event of events) await repository.insert([event]);
      const [stored] = await readMany(feed, after, events.length);
      await eraser.erase([events[1]], randomUUID());
      const last = newEvent();
      await repository.insert([last]);
      const records = await readMany(feed, after, 4);
      expect(records.map((record) => (record.kind === 'stored' ? record.event.id : record.kind))).toEqual([
        ...[events[0], events[2]].map(({ id }) => id),
        'erased',
        last.id,
      ]);
      const { kind, position, ...told } = records[2];
      expect({ kind, told }).toEqual({
        kind: 'erased',
        told: {
          receivedAt: (records[2] as { receivedAt: string }).receivedAt,
          idDigest: erasedIdDigest(events[1].id),
          projectId: events[1].projectId,
        },
      });
      expect((await feed.read(records[1].position, 1)).records).toEqual([records[2]]);
      expect((await feed.read(position, 9)).records).toEqual([records[3]]);
      expect(await feed.count(stored.position, 9)).toBe(records.filter((record) => record.position !== stored.position).length);
    },
  },
  {
    title: 'tells one who follows of an erasure that comes after all events',
    rule: 'A reader that is at the end of the feed must be given what is erased then, also where the last events are those that go.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const events = Array.from({ length: 3 }, () => newEvent());
      const begin = await endOf(fixture);
      await repository.insert(events);
      const after = (await readMany(feed, begin, 3))[2].position;
      for (const event of events.toReversed()) await eraser.erase([event], randomUUID());
      const records = await readMany(feed, after, 3);
      expect(records.map(({ kind }) => kind)).toEqual(['erased', 'erased', 'erased']);
      expect(records.map((record) => 'idDigest' in record && record.idDigest)).toEqual(
        events.toReversed().map(({ id }) => erasedIdDigest(id)),
      );
      const now = await feed.start('now');
      expect((await feed.read(now, 9)).records).toEqual([]);
      expect((await feed.read(records[2].position, 9)).records).toEqual([]);
      const since = new Date(Date.parse(records[0].receivedAt));
      const found = (await feed.read(await feed.start(since), 1_000)).records.map(({ position }) => position);
      expect(records.every(({ position }) => found.includes(position))).toBe(true);
    },
  },
  {
    title: 'tells of an erasure alone where the last event stays',
    rule: 'A reader that has read the last event must be given what is erased after it, and that event not again.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const begin = await endOf(fixture);
      const [first, last] = [newEvent(), newEvent()];
      for (const event of [first, last]) await repository.insert([event]);
      const after = (await readMany(feed, begin, 2))[1].position;
      await eraser.erase([first], randomUUID());
      const records = await readMany(feed, after, 1);
      expect(records.map(({ kind }) => kind)).toEqual(['erased']);
      expect((await feed.read(records[0].position, 9)).records).toEqual([]);
      expect(await feed.count(after, 9)).toBe(1);
    },
  },
  {
    title: 'leaves none of the events that are sent again while they are erased',
    rule: 'An insert that began before an erasure must not store its event after it: wait for it, and look once more.',
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const projectId = randomUUID();
      const events = Array.from({ length: 60 }, () => newEvent({ projectId }));
      await repository.insert(events);
      let erasing = true;
      const retries = Array.from({ length: 3 }, async () => {
        while (erasing) await insertPatiently(repository, events.map(sentAgain));
      });
      for (let start = 0; start < events.length; start += 6) await eraser.erase(events.slice(start, start + 6), randomUUID());
      erasing = false;
      await Promise.all(retries);
      expect(await idsKept(fixture, events)).toEqual([]);
      expect((await repository.insert(events.map(sentAgain))).map(plain)).toEqual(events.map(() => ERASED));
    },
  },
  {
    title: "keeps what is left of an event that is anonymized, as nobody's",
    rule: 'anonymize() must keep the event as it is given, find it for no person any more, and take none with its id again.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const [userKey, projectId] = [randomUUID(), randomUUID()];
      const after = await endOf(fixture);
      const event = { ...eventOf({ userId: userKey, plan: 'pro' }, projectId), properties: { text: 'of a person', n: 1 } };
      await repository.insert([event]);
      const left = { ...storedEvent(event), properties: { n: 1 }, userProperties: null };
      await eraser.anonymize([left], randomUUID());
      expect(await eraser.countOf({ userKey, projectId })).toBe(0);
      if (repository.find) expect(storedEvent((await repository.find(event.id, projectId))!)).toEqual(left);
      const records = await readMany(feed, after, 2);
      expect(records.map(({ kind }) => kind)).toEqual(['stored', 'changed']);
      expect(records.map((record) => 'event' in record && record.event)).toEqual([left, left]);
      expect((await repository.insert([sentAgain(event)])).map(plain)).toEqual([ERASED]);
      expect((await repository.insert([changed(event, { type: 'another' })])).map(plain)).toEqual([ERASED]);
    },
  },
  {
    title: 'tells of an anonymized event no more once it is erased',
    rule: 'Where an event was first anonymized and then erased or purged, the feed must tell that it was erased, or nothing.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const after = await endOf(fixture);
      const [erased, purged] = [newEvent(), newEvent()];
      await repository.insert([erased, purged]);
      await eraser.anonymize([erased, purged].map(storedEvent), randomUUID());
      await eraser.erase([erased], randomUUID());
      await eraser.purge([purged]);
      const last = newEvent();
      await repository.insert([last]);
      const records = await readMany(feed, after, 2);
      expect(records.map((record) => (record.kind === 'stored' ? record.event.id : record.kind))).toEqual(['erased', last.id]);
      expect((await repository.insert([sentAgain(purged)])).map(plain)).toEqual([ERASED]);
    },
  },
];
