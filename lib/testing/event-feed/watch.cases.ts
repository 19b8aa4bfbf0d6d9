import { newEvent } from '../event-repository/events.js';
import type { EventFeedCase } from './event-feed.case.js';

/** For feeds that have `watch()`. */
export const WATCH: readonly EventFeedCase[] = [
  {
    title: 'wakes who watches when an event is stored, and no longer once that is ended',
    rule: 'watch() must call `wake` soon after an event is stored through the same store, until it is ended.',
    async run({ repository, feed, expect }) {
      if (feed.watch === undefined) return;
      let woken = 0;
      const end = feed.watch(() => woken++);
      await repository.insert([newEvent()]);
      for (let wait = 0; woken === 0 && wait < 200; wait++) await new Promise((resolve) => setTimeout(resolve, 10));
      end();
      expect(woken > 0).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = woken;
      await repository.insert([newEvent()]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(woken).toBe(before);
    },
  },
];
