import { readAll, readMany } from '../event-feed/event-feed.case.js';
import { changed, newEvent, ownEvent, searchEvent } from '../event-repository/events.js';
import { ALIKE } from '../event-repository/samples.js';
import { endOf, type EventEraserCase, idsKept, idsOf } from './event-eraser.case.js';

/** What is seen of events before, what is removed, and what is left as it is. */
export const PURGES: readonly EventEraserCase[] = [
  {
    title: 'removes the events with these keys, and tells how many there were',
    rule: 'purge() must remove each event whose key it is given, and no other; a key without an event, or a second time, counts as none.',
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const events = Array.from({ length: 5 }, () => newEvent());
      await repository.insert(events);
      const [first, second, ...others] = events;
      expect(await eraser.purge([first, second, newEvent(), { ...first, projectId: second.projectId }, first])).toBe(2);
      expect(await idsKept(fixture, events)).toEqual(idsOf(others));
      expect(await eraser.purge([first, second])).toBe(0);
      expect(await eraser.purge([])).toBe(0);
    },
  },
  {
    title: 'takes an id that was purged for a new one',
    rule: 'An id that was purged must be unknown: an event with it is stored as new, whatever its content.',
    async run({ repository, eraser, expect }) {
      const event = newEvent();
      await repository.insert([event]);
      await eraser.purge([event]);
      const again = changed(event, { type: 'another' });
      expect(await repository.insert([again])).toEqual([{ replayed: false }]);
      expect(await repository.insert([event])).toEqual([{ conflict: true }]);
    },
  },
  {
    title: 'leaves an event that was received after the time that is given',
    rule: 'purge() must leave an event that was received after `until`: it was sent again after another one with its key was purged.',
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const [old, young] = [
        newEvent({ receivedAt: '2026-01-02T03:04:05.678Z' }),
        newEvent({ receivedAt: '2026-01-02T03:04:05.679Z' }),
      ];
      await repository.insert([old, young]);
      expect(await eraser.purge([old, young], old.receivedAt)).toBe(1);
      expect(await idsKept(fixture, [old, young])).toEqual(idsOf([young]));
      expect(await eraser.purge([young], young.receivedAt)).toBe(1);
    },
  },
  {
    title: 'compares ids byte for byte',
    rule: 'Ids that differ by case, accents or spaces are those of different events: one of them must be removed alone.',
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const { projectId } = newEvent();
      const events = ALIKE.map((id) => newEvent({ id, projectId }));
      for (const event of events) await repository.insert([event]);
      const [gone, ...others] = events;
      expect(await eraser.purge([gone])).toBe(1);
      expect(await idsKept(fixture, events)).toEqual(idsOf(others));
      expect(await eraser.purge(events)).toBe(others.length);
    },
  },
  {
    title: 'tells an event of no project from those of projects',
    rule: 'An id is one of its project, and of no project where that is null.',
    async run(fixture) {
      const { repository, eraser, expect } = fixture;
      const { id } = newEvent();
      const events = [null, 'null', '='].map((projectId) => newEvent({ id, projectId }));
      await repository.insert(events);
      expect(await eraser.purge([{ id, projectId: null }])).toBe(1);
      const outcomes = await repository.insert(events);
      expect(outcomes.map((outcome) => 'replayed' in outcome && outcome.replayed)).toEqual([false, true, true]);
      expect(await eraser.purge(events)).toBe(3);
    },
  },
  {
    title: 'removes 1,000 events at once',
    rule: 'purge() must take 1,000 keys, of one project and of many, with the longest ids there are.',
    async run({ repository, eraser, expect }) {
      const events = Array.from({ length: 1_000 }, (_event, index) => {
        const event = newEvent(index % 2 === 0 ? { projectId: 'one for half of them' } : {});
        return changed(event, { id: event.id.padEnd(255, 'x') });
      });
      await repository.insert(events);
      expect(await eraser.purge(events)).toBe(1_000);
    },
  },
  {
    title: 'scans events in the order of the feed, in pages of any size',
    rule: 'scan() must give each stored event with its position in the feed, its key, its entity type and when it was received.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const after = await endOf(fixture);
      const events = [newEvent({ projectId: null }), searchEvent('q'), ownEvent({ a: 1 }), newEvent({ id: 'é😀'.repeat(80) })];
      for (const event of events) await repository.insert([event]);
      const records = await readMany(feed, after, events.length);
      const all = await eraser.scan(after, 100);
      expect(all).toEqual(
        records.map(({ position }, index) => {
          const { id, projectId, entityType, receivedAt } = events[index];
          return { id, projectId, entityType, receivedAt, position };
        }),
      );
      expect(await eraser.scan(after, 1)).toEqual(all.slice(0, 1));
      expect(await eraser.scan(all[1].position, 100)).toEqual(all.slice(2));
    },
  },
  {
    title: 'leaves the positions of the feed as they are',
    rule: 'What was purged is in the feed no longer; who stands at its position goes on as before, also where it was the last event.',
    async run(fixture) {
      const { repository, feed, eraser, expect } = fixture;
      const after = await endOf(fixture);
      const events = Array.from({ length: 4 }, () => newEvent());
      for (const event of events) await repository.insert([event]);
      const before = await readMany(feed, after, events.length);
      await eraser.purge([events[1], events[3]]);
      expect(await readAll(feed, after)).toEqual([before[0], before[2]]);
      expect((await feed.read(before[1].position, 10)).records).toEqual([before[2]]);
      expect(await feed.count(before[1].position, 10)).toBe(1);
      expect((await feed.read(before[3].position, 10)).records).toEqual([]);
      await eraser.purge(events);
      expect(await feed.read(after, 10)).toEqual({ records: [], position: after });
      const last = newEvent();
      await repository.insert([last]);
      for (const position of [after, before[1].position, before[3].position]) {
        const [record] = await readMany(feed, position, 1);
        expect(record.kind === 'stored' && record.event.id).toBe(last.id);
      }
    },
  },
];
