import type { ContractCase } from '../contract-case.js';
import { newEvent } from '../event-repository/events.js';
import { insertPatiently } from '../event-repository/insert-patiently.js';
import { type EventFeedFixture, idsAmong, readMany } from './event-feed.case.js';

export interface TwoFeedsFixture extends EventFeedFixture {
  readonly another: Pick<EventFeedFixture, 'repository' | 'feed'>;
}

/** For stores that several processes share. */
export const INSTANCES: readonly ContractCase<TwoFeedsFixture>[] = [
  {
    title: 'gives the same sequence to two instances, of what both have stored',
    rule: 'Each instance over one store must give the events of all, in one order, and go on from the positions of the others.',
    async run({ repository, feed, another, expect }) {
      const after = await feed.start('now');
      const events = Array.from({ length: 40 }, () => newEvent());
      const insertAll = events.map((event, index) => insertPatiently(index % 2 ? repository : another.repository, [event]));
      await Promise.all(insertAll);
      const ours = await readMany(feed, after, events.length);
      const theirs = await readMany(another.feed, after, events.length);
      expect(idsAmong(ours, events).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
      expect(theirs).toEqual(ours);
      expect((await another.feed.read(ours[20].position, 100)).records).toEqual(ours.slice(21));
    },
  },
];
