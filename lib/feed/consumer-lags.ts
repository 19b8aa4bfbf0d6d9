import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isOfHost } from '../storage/consumers/consumer-names.js';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventFeed } from '../storage/event-feed.js';
import { lagOf } from './lag-of.js';

/** A consumer, and how far it is behind. */
export interface ConsumerLag extends Pick<ConsumerState, 'name' | 'status'> {
  /** How many records it has not yet been given, of all entity types, counted up to 10,000. Null: its position is none of this feed. */
  readonly lagEvents: number | null;
  /** For how many seconds what comes next has been stored. 0: it is not behind. Null as above. */
  readonly lagSeconds: number | null;
}

/** How far the consumers of a store are behind, those of all instances, where this one has any. */
@Injectable()
export class ConsumerLags {
  constructor(private readonly modules: ModuleRef) {}

  /** By name; undefined where the host imports no `EventLogConsumersModule`. Throws where the store can't be asked. */
  async list(): Promise<ConsumerLag[] | undefined> {
    const store = this.provided(ConsumerStore);
    const feed = this.provided(EventFeed);
    if (store === undefined || feed === undefined) return undefined;
    const states = (await store.find()).filter(({ name }) => isOfHost(name));
    return Promise.all(states.map((state) => lagIn(feed, state)));
  }

  /** What a module for consumers has had built; without one, nothing may be. */
  private provided<T>(token: abstract new () => T): T | undefined {
    try {
      return this.modules.get<T>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}

async function lagIn(feed: EventFeed, { name, status, position }: ConsumerState): Promise<ConsumerLag> {
  const { lagEvents, lagSeconds } = await lagOf(feed, position);
  return { name, status, lagEvents, lagSeconds };
}
