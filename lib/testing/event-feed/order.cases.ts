import { storedEvent } from '../../events/stored-event.js';
import { insertPatiently } from '../event-repository/insert-patiently.js';
import { changed, newEvent, ownEvent, searchEvent, sentAgain } from '../event-repository/events.js';
import { isSameJson } from '../same-json.js';
import { type EventFeedCase, idsAmong, readAll, readMany } from './event-feed.case.js';

const ONCE = 'A reader that goes on from its last position must be given each stored event once, none twice and none not at all.';

/** What a feed gives, and in which order. */
export const ORDER: readonly EventFeedCase[] = [
  {
    title: 'gives events in the order in which they were committed',
    rule: 'An event that was stored after another one must come after it.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const events = Array.from({ length: 7 }, () => newEvent());
      for (const event of events) await repository.insert([event]);
      const records = await readMany(feed, after, events.length);
      expect(idsAmong(records, events)).toEqual(events.map(({ id }) => id));
    },
  },
  {
    title: 'gives an event as it is answered, with what only the store knows left out',
    rule: 'The event of a record must be the stored one, whole, without `receivedAt` and `contentDigest`.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const events = [newEvent({ projectId: null }), searchEvent('é😀'), ownEvent({ z: [1, null], a: { deep: '1' } })];
      for (const event of events) await repository.insert([event]);
      const found = (await readMany(feed, after, events.length)).map((record) => (record.kind === 'stored' ? record.event : {}));
      for (const event of events) {
        const same = found.filter((one) => 'id' in one && one.id === event.id && isSameJson(one, storedEvent(event)));
        expect(same.length).toBe(1);
      }
    },
  },
  {
    title: 'gives the same sequence in pages of any size',
    rule: 'The size of its pages must not change what a feed gives, nor the positions; a page must not be larger than asked for.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const events = Array.from({ length: 11 }, () => newEvent());
      await repository.insert(events.slice(0, 8));
      await repository.insert(events.slice(8));
      const whole = await readMany(feed, after, events.length);
      expect(idsAmong(whole, events).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
      for (const limit of [1, 3, 100]) {
        expect((await readAll(feed, after, limit)).map(({ position }) => position)).toEqual(
          whole.map(({ position }) => position),
        );
        expect((await feed.read(after, limit)).records.length <= limit).toBe(true);
      }
    },
  },
  {
    title: 'gives an event once, however often it is sent',
    rule: 'A replay and a conflict are no records: only what is stored is.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const event = newEvent();
      await repository.insert([event]);
      await repository.insert([sentAgain(event), changed(event, { type: 'another' })]);
      const last = newEvent({ projectId: event.projectId });
      await repository.insert([last]);
      expect(idsAmong(await readMany(feed, after, 2), [event])).toEqual([event.id, last.id]);
    },
  },
  {
    title: 'misses and repeats nothing while many write',
    rule: ONCE,
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const batches = Array.from({ length: 60 }, (_batch, index) => Array.from({ length: 1 + (index % 5) }, () => newEvent()));
      const events = batches.flat();
      const writing = Promise.all(batches.map((batch) => insertPatiently(repository, batch)));
      const [records] = await Promise.all([readMany(feed, after, events.length, writing), writing]);
      expect(idsAmong(records, events).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
    },
  },
];
