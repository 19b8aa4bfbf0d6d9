import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { isOfHost } from '../storage/consumers/consumer-names.js';
import type { ConsumerChange, ConsumerState, ParkedEvent } from '../storage/consumers/consumer-state.interface.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventFeed, type FeedStart } from '../storage/event-feed.js';
import { lagOf } from '../feed/lag-of.js';
import { checkedStart } from './checked-start.js';
import type { ConsumerReport } from './consumer-report.interface.js';
import { recordKey } from './record-key.js';

/**
 * Shows and steers consumers, those of all instances over one store. Holders see a change within two seconds. Each method but
 * `list()` throws `NotFoundException` for an unknown name.
 */
@Injectable()
export class ConsumerService {
  constructor(
    private readonly store: ConsumerStore,
    private readonly feed: EventFeed,
  ) {}

  /** All that have ever been started, by name. */
  async list(): Promise<ConsumerReport[]> {
    const [states, parked] = await Promise.all([this.store.find(), this.store.parkedCounts()]);
    const ofHost = states.filter(({ name }) => isOfHost(name));
    return Promise.all(ofHost.map((state) => this.report(state, parked.get(state.name) ?? 0)));
  }

  /** It is given nothing more, within two seconds and once what it has in hand is handled: `holder` is null then. */
  pause(name: string): Promise<void> {
    return this.change(name, { status: 'paused' });
  }

  /** Goes on after `pause()`, or after it has stopped, with the event that it stopped at. */
  resume(name: string): Promise<void> {
    return this.change(name, { status: 'running' });
  }

  /** Begins anew from a place, whatever was handled; what is in hand is given up. */
  async reset(name: string, from: FeedStart): Promise<void> {
    await this.change(name, { position: await this.feed.start(checkedStart(from)) });
  }

  /**
   * Passes over the event that fails, or that it has stopped at, and resumes a consumer that has stopped. Resolves to that event.
   * Throws `ConflictException` where nothing fails: what comes next would be lost.
   */
  async skip(name: string): Promise<NonNullable<ConsumerReport['next']>> {
    const { position, attempts, status } = await this.stateOf(name);
    const [record] = (await this.feed.read(position, 1)).records;
    if (record === undefined || (attempts === 0 && status !== 'stopped')) {
      throw new ConflictException(`Nothing of '${name}' fails right now, so there is nothing to skip.`);
    }
    await this.change(name, { position: record.position, ...(status === 'stopped' && { status: 'running' }) });
    return recordKey(record);
  }

  /** The events that were set aside, in order. The feed still has them. */
  async parked(name: string): Promise<ParkedEvent[]> {
    await this.stateOf(name);
    return this.store.parked(name);
  }

  /** Has parked events handled once more by the instance that holds the lease. */
  retry(name: string): Promise<void> {
    return this.change(name, { retriesParked: true });
  }

  /**
   * Forgets a consumer that is no more, with its position and what it has set aside. Throws `ConflictException` where an instance
   * holds it.
   */
  async forget(name: string): Promise<void> {
    const { holder } = await this.stateOf(name);
    if (holder !== null) throw new ConflictException(`'${name}' is held by ${holder}: take its class out, or pause it, first.`);
    await this.store.delete(name);
  }

  private async report(state: ConsumerState, parkedEvents: number): Promise<ConsumerReport> {
    const { next, ...lag } = await lagOf(this.feed, state.position);
    return { ...state, ...lag, next: next && recordKey(next), parkedEvents };
  }

  private async stateOf(name: string): Promise<ConsumerState> {
    const [state] = await this.store.find([checkedName(name)]);
    return state ?? this.unknown(name);
  }

  private async change(name: string, change: ConsumerChange): Promise<void> {
    if (!(await this.store.change(checkedName(name), change))) await this.unknown(name);
  }

  private async unknown(name: string): Promise<never> {
    const names = (await this.store.find()).map((state) => state.name).filter(isOfHost);
    const known = names.length === 0 ? 'none was ever started' : `known are ${names.join(', ')}`;
    throw new NotFoundException(`There is no consumer '${name}': ${known}.`);
  }
}

function checkedName(name: unknown): string {
  if (typeof name === 'string') return name;
  throw new TypeError(`Expected the name of a consumer to be a string, got ${typeName(name)}.`);
}
