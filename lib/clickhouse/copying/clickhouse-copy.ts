import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LeaseKeeper } from '../../consumers/lease-keeper.js';
import { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import { EventFeed } from '../../storage/event-feed.js';
import { ClickHouse } from '../clickhouse.js';
import { CopyRun } from './copy-run.js';

/** The name of the copy among the consumers. */
export const COPY_NAME = 'clickhouse';
/** How long the shutdown of the host waits for the batch in hand, in milliseconds. */
const SHUTDOWN_MS = 5_000;

/** Copies the log into ClickHouse from the host's start to its shutdown, whenever this instance has the lease. */
@Injectable()
export class ClickHouseCopy implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly keeper: LeaseKeeper;

  constructor(
    private readonly clickHouse: ClickHouse,
    private readonly feed: EventFeed,
    private readonly store: ConsumerStore,
  ) {
    this.keeper = new LeaseKeeper(store);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.clickHouse.settings.copy) return;
    const known = await this.store.find([COPY_NAME]);
    if (known.length === 0) await this.store.create(COPY_NAME, await this.feed.start('beginning'));
    this.keeper.add(COPY_NAME, (tenure) => new CopyRun(this.clickHouse, this.feed, this.store, tenure).run());
  }

  // Before connections are closed: what is in hand needs them.
  async beforeApplicationShutdown(): Promise<void> {
    await this.keeper.close(SHUTDOWN_MS);
  }
}
