import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { logger } from '../diagnostics/logger.js';
import { consumerClasses } from '../storage/consumers/consumer-classes.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';

/** Warns at boot of consumers that are given no events, as `EventLogConsumersModule`, which alone looks for them, is not imported. */
@Injectable()
export class UnfedConsumers implements OnApplicationBootstrap {
  constructor(private readonly modules: ModulesContainer) {}

  // No error: an instance that only answers requests may share its modules with one that runs consumers.
  onApplicationBootstrap(): void {
    const unfed = [...consumerClasses].filter((consumer) => this.isProvided(consumer));
    if (unfed.length === 0 || this.isProvided(ConsumerStore)) return;
    const names = unfed.map(({ name }) => name).join(', ');
    logger.warn(
      `Classes with @EventConsumer() are given no events here: ${names}. Import EventLogConsumersModule.forRoot() beside EventLogModule.`,
    );
  }

  private isProvided(token: object): boolean {
    return [...this.modules.values()].some(({ providers }) => providers.has(token as never));
  }
}
