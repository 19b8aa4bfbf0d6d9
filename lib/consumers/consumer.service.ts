import { Injectable, NotFoundException } from '@nestjs/common';
import type { ConsumerChange, ConsumerState, ParkedEvent } from '../storage/consumers/consumer-state.interface.js';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventFeed, type FeedPosition, type FeedStart } from '../storage/event-feed.js';
import type { ConsumerReport } from './consumer-report.interface.js';

const MAX_LAG = 10_000;

/** Shows and steers consumers, those of all instances over one store. Each method but `list()` throws `NotFoundException` for an unknown name. */
@Injectable()
export class ConsumerService {
  constructor(
    private readonly store: ConsumerStore,
    private readonly feed: EventFeed,
  ) {}

  /** All that have ever been started, by name. */
  async list(): Promise<ConsumerReport[]> {
    const states = await this.store.find();
    return Promise.all(states.map((state) => this.report(state)));
  }

  /** It is given nothing more once what it has in hand is handled, until it is resumed. */
  pause(name: string): Promise<void> {
    return this.change(name, { status: 'paused' });
  }

  /** Goes on after `pause()`, or after it has stopped, with the event that it stopped at. */
  resume(name: string): Promise<void> {
    return this.change(name, { status: 'running' });
  }

  /** Begins anew from a place, whatever was handled; what is in hand is given up. */
  async reset(name: string, from: FeedStart): Promise<void> {
    await this.change(name, { position: await this.feed.start(from) });
  }

  /** Passes over the event that comes next, which can't be handled, and goes on. */
  async skip(name: string): Promise<void> {
    const [state] = await this.store.find([name]);
    if (state === undefined) throw unknown(name);
    const { position } = await this.feed.read(state.position, 1);
    await this.change(name, { position, status: 'running' });
  }

  /** The events that were set aside, in order. The feed still has them. */
  async parked(name: string): Promise<ParkedEvent[]> {
    await this.change(name, {});
    return this.store.parked(name);
  }

  /** Has parked events handled once more, within seconds, by the instance that holds the lease. */
  retry(name: string): Promise<void> {
    return this.change(name, { retriesParked: true });
  }

  private async report(state: ConsumerState): Promise<ConsumerReport> {
    const parkedEvents = (await this.store.parked(state.name)).length;
    return { ...state, ...(await this.lagOf(state.position)), parkedEvents };
  }

  private async lagOf(position: FeedPosition): Promise<Pick<ConsumerReport, 'lagEvents' | 'lagSeconds'>> {
    try {
      const [next] = (await this.feed.read(position, 1)).records;
      if (next === undefined) return { lagEvents: 0, lagSeconds: 0 };
      const lagSeconds = Math.max(0, Date.now() - Date.parse(next.receivedAt)) / 1_000;
      return { lagEvents: await this.feed.count(position, MAX_LAG), lagSeconds };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { lagEvents: null, lagSeconds: null }; // the one who must be reset is to be seen among the others
    }
  }

  private async change(name: string, change: ConsumerChange): Promise<void> {
    if (!(await this.store.change(name, change))) throw unknown(name);
  }
}

function unknown(name: string): NotFoundException {
  return new NotFoundException(`There is no consumer '${name}': list() gives the names of all.`);
}
