import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FeedTail } from '../feed/feed-tail.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventFeed } from '../storage/event-feed.js';
import { ConsumerExplorer } from './consumer-explorer.js';
import { ConsumerRun } from './consumer-run.js';
import { ConsumersSettings } from './consumers-settings.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { Subscription } from './subscription.interface.js';

/** How often the feed is asked where nothing hints at something new. */
const POLL_MS = 2_000;

/** Runs the subscriptions of this instance, from the host's start to its shutdown. */
@Injectable()
export class ConsumersHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly keeper: LeaseKeeper;
  private readonly tail: FeedTail;

  constructor(
    private readonly feed: EventFeed,
    private readonly store: ConsumerStore,
    private readonly explorer: ConsumerExplorer,
    private readonly settings: ConsumersSettings,
  ) {
    this.keeper = new LeaseKeeper(store);
    this.tail = new FeedTail(feed, POLL_MS);
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const subscription of this.explorer.explore()) await this.add(subscription);
  }

  // Before connections are closed: what is in hand needs them.
  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper.close(this.settings.shutdownTimeout);
  }

  /** Resolves when its position is kept, so that all that is stored from then on is handled. */
  async add(subscription: Subscription): Promise<void> {
    const { name, from } = subscription;
    const known = await this.store.find([name]);
    if (known.length === 0) await this.store.create(name, await this.feed.start(from));
    this.keeper.add(name, (tenure) => {
      // An instance that waits for leases reads nothing.
      tenure.ended.addEventListener('abort', this.tail.follow());
      return new ConsumerRun(subscription, this.tail, this.store, tenure).run();
    });
  }

  /** Resolves when what it has in hand is handled. */
  remove(name: string): Promise<void> {
    return this.keeper.remove(name);
  }
}
