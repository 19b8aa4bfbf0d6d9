import { newEvent } from '../event-repository/events.js';
import { type EventFeedCase, type EventFeedFixture, idsAmong, readAll, readMany } from './event-feed.case.js';

const FORGED = [
  '',
  ' ',
  'x',
  '-1',
  '1.5.5',
  '1e3',
  '٣',
  '0x10',
  '1;--',
  "1'",
  '9'.repeat(65),
  '9'.repeat(18),
  `${'9'.repeat(19)}.1`,
];

/** Where readers begin and go on. */
export const POSITIONS: readonly EventFeedCase[] = [
  {
    title: 'gives positions of printable ASCII, at most 64 characters',
    rule: 'A position must be a text of 1 to 64 printable ASCII characters: it stands in a header.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      await repository.insert([newEvent()]);
      const records = await readMany(feed, after, 1);
      const positions = [after, await feed.start('beginning'), ...records.map(({ position }) => position)];
      for (const position of positions) expect(/^[!-~]{1,64}$/.test(position)).toBe(true);
    },
  },
  {
    title: 'goes on after a position, also after the last one',
    rule: 'A page without records must say where to go on, and what is stored later must come after that.',
    async run({ repository, feed, expect }) {
      const [first, second] = [newEvent(), newEvent()];
      const after = await feed.start('now');
      await repository.insert([first]);
      const [{ position }] = await readMany(feed, after, 1);
      const empty = await feed.read(position, 10);
      expect(empty.records).toEqual([]);
      await repository.insert([second]);
      expect(idsAmong(await readMany(feed, empty.position, 1), [first, second])).toEqual([second.id]);
    },
  },
  {
    title: 'gives again from a position what it gave before',
    rule: 'A position must stay valid: whoever reads again from it must be given the same records.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const events = [newEvent(), newEvent(), newEvent()];
      for (const event of events) await repository.insert([event]);
      const records = await readMany(feed, after, events.length);
      await repository.insert([newEvent()]);
      const again = await feed.read(records[0].position, 2);
      expect(again.records).toEqual(records.slice(1, 3));
    },
  },
  {
    title: 'counts what follows a position, up to what is asked for',
    rule: 'count() must be the number of records that follow the position, or `atMost` where there are more.',
    async run({ repository, feed, expect }) {
      const after = await feed.start('now');
      const events = [newEvent(), newEvent(), newEvent()];
      await repository.insert(events);
      const records = await readMany(feed, after, events.length);
      const counts = [100, 3, 2].map((atMost) => feed.count(after, atMost));
      expect(await Promise.all(counts)).toEqual([3, 3, 2]);
      expect(await feed.count(records[0].position, 100)).toBe(2);
      expect(await feed.count(records[2].position, 100)).toBe(0);
      const all = (await readAll(feed, await feed.start('beginning'), 1000)).length;
      expect(await feed.count(await feed.start('beginning'), 10_000)).toBe(all);
    },
  },
  {
    title: 'begins with the first event, or after the last one',
    rule: "start('beginning') must be before all that is stored, start('now') after it.",
    async run(fixture) {
      const event = newEvent();
      const end = await stored(fixture, event);
      const { feed, expect } = fixture;
      expect(idsAmong(await readAll(feed, await feed.start('beginning'), 1000), [event])).toEqual([event.id]);
      expect(idsAmong(await readAll(feed, await feed.start('now')), [event])).toEqual([]);
      expect(idsAmong(await readAll(feed, end), [event])).toEqual([]);
    },
  },
  {
    title: 'begins with what was received at a time or later',
    rule: 'start(time) must be before the first event that was received at that time or later.',
    async run(fixture) {
      const projectId = `p${Math.random()}`;
      const at = (receivedAt: string) => newEvent({ projectId, receivedAt });
      const [early, exact, late] = [
        at('2035-01-02T03:04:05.677Z'),
        at('2035-01-02T03:04:05.678Z'),
        at('2035-01-02T04:00:00.000Z'),
      ];
      for (const event of [early, exact, late]) await stored(fixture, event);
      const { feed, expect } = fixture;
      const since = (time: string) => feed.start(new Date(time)).then((after) => readAll(feed, after, 1000));
      expect(idsAmong(await since('2035-01-02T03:04:05.678Z'), [exact])).toEqual([exact.id, late.id]);
      expect(idsAmong(await since('2035-01-02T03:04:05.679Z'), [exact])).toEqual([late.id]);
      expect(idsAmong(await since('2035-01-02T04:00:00.001Z'), [exact])).toEqual([]);
    },
  },
  {
    title: 'tells which of two positions comes first',
    rule: "isBefore() must follow the order of the records, from start('beginning') on; no position comes before itself.",
    async run({ repository, feed, expect }) {
      const beginning = await feed.start('beginning');
      const after = await feed.start('now');
      for (let stored = 0; stored < 12; stored++) await repository.insert([newEvent(), newEvent()]);
      const records = await readMany(feed, after, 24);
      const positions = [...(after === beginning ? [] : [beginning]), after, ...records.map(({ position }) => position)];
      for (const [index, position] of positions.entries()) {
        const before = positions.map((other) => feed.isBefore(position, other));
        expect(before).toEqual(positions.map((_other, place) => index < place));
      }
    },
  },
  ...FORGED.map((position) => ({
    title: `refuses the position ${JSON.stringify(position)}`,
    rule: 'A position that the feed has never given must be refused with a RangeError.',
    async run({ feed, expect }: EventFeedFixture) {
      for (const refused of [feed.read(position, 10), feed.count(position, 10)]) {
        const error = await refused.then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error instanceof RangeError).toBe(true);
      }
    },
  })),
];

/** Stores an event and reads up to it. */
async function stored({ repository, feed }: EventFeedFixture, event: ReturnType<typeof newEvent>): Promise<string> {
  const after = await feed.start('now');
  await repository.insert([event]);
  const records = await readMany(feed, after, 1);
  return records.at(-1)?.position ?? after;
}
