import { isOfHost } from '../storage/consumers/consumer-names.js';
import type { ConsumerState } from '../storage/consumers/consumer-state.interface.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { EventFeed, FeedPosition } from '../storage/event-feed.js';

/** How long the positions of consumers are taken for true: they move on, so what is read of them is on the safe side. */
const FRESH_MS = 1_000;

/** The consumer that is the furthest behind: it has handled all up to its position, but for what is parked. */
export interface Slowest {
  readonly name: string;
  readonly position: FeedPosition;
}

/** What consumers have not handled yet, those that are paused or have stopped as well. */
export class UnreadEvents {
  private known?: { readonly slowest: Slowest | undefined; readonly at: number };

  constructor(
    private readonly feed: EventFeed,
    private readonly consumers: ConsumerStore,
  ) {}

  /** Undefined: there are no consumers. */
  async slowest(): Promise<Slowest | undefined> {
    if (this.known === undefined || performance.now() - this.known.at > FRESH_MS) {
      const at = performance.now();
      this.known = { slowest: await this.findSlowest(), at };
    }
    return this.known.slowest;
  }

  private async findSlowest(): Promise<Slowest | undefined> {
    const [states, parked] = await Promise.all([this.consumers.find(), this.consumers.parkedCounts()]);
    const ofHost = states.filter(({ name }) => isOfHost(name));
    const all = (await Promise.all(ofHost.map((state) => this.unreadOf(state, parked.has(state.name))))).flat();
    return all.reduce<Slowest | undefined>((slowest, one) => (this.isSlower(one, slowest) ? one : slowest), undefined);
  }

  private async unreadOf({ name, position }: ConsumerState, hasParked: boolean): Promise<Slowest[]> {
    const parked = hasParked ? await this.consumers.parked(name) : [];
    const positions = [position, ...parked.map(({ after }) => after)];
    return Promise.all(positions.map(async (unread) => ({ name, position: await this.checked(unread) })));
  }

  /** Fail closed: of whom it can't be told what it has handled, it has handled nothing. */
  private async checked(position: FeedPosition): Promise<FeedPosition> {
    try {
      this.feed.isBefore(position, position);
      return position;
    } catch (error) {
      if (error instanceof RangeError) return this.feed.start('beginning');
      throw error;
    }
  }

  private isSlower(one: Slowest, other: Slowest | undefined): boolean {
    return other === undefined || this.feed.isBefore(one.position, other.position);
  }
}
