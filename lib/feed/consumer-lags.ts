import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { isOfHost } from '../storage/consumers/consumer-names.js';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventFeed } from '../storage/event-feed.js';
import { providedIn } from '../storage/provided-in.js';
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
    const store = providedIn(this.modules, ConsumerStore);
    const feed = providedIn(this.modules, EventFeed);
    if (store === undefined || feed === undefined) return undefined;
    const states = (await store.find()).filter(({ name }) => isOfHost(name));
    return Promise.all(states.map((state) => lagIn(feed, state)));
  }
}

async function lagIn(feed: EventFeed, { name, status, position }: ConsumerState): Promise<ConsumerLag> {
  const { lagEvents, lagSeconds } = await lagOf(feed, position);
  return { name, status, lagEvents, lagSeconds };
}
