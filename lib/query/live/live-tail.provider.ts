import type { FactoryProvider } from '@nestjs/common';
import { FeedTail } from '../../feed/feed-tail.js';
import type { EventFeed } from '../../storage/event-feed.js';
import { EVENT_FEED } from '../../storage/event-storage.js';
import type { BuildPart } from '../../storage/storage-part.js';

/** Injection token of what builds the tail when somebody first reads live; undefined where the store has no feed. */
export const LIVE_TAIL = Symbol('EVENT_LOG:LIVE_TAIL');

export type BuildTail = BuildPart<FeedTail> | undefined;

export const liveTailProvider: FactoryProvider<BuildTail> = {
  provide: LIVE_TAIL,
  useFactory: (build?: BuildPart<EventFeed>) => {
    if (build === undefined) return undefined;
    let tail: Promise<FeedTail> | undefined;
    return () => (tail ??= build().then((feed) => new FeedTail(feed)));
  },
  inject: [EVENT_FEED],
};
