import type { FeedPosition } from '../event-feed.js';
import type { ConsumerChange, ConsumerFailure, ConsumerLease, ConsumerState, ParkedEvent } from './consumer-state.interface.js';

/**
 * Where the positions of consumers are kept, and who may move them: contract and injection token in one. A lease is a number, the
 * term: whoever holds an older one can change nothing any more. No clock takes part: that a holder has died is seen by a beat that
 * does not grow. Throws `ServiceUnavailableException` where the store can't be reached. `nestjs-event-log/testing` checks an
 * implementation.
 */
export abstract class ConsumerStore {
  /** Adds a consumer that runs and nobody holds, unless there is one of that name. */
  abstract create(name: string, position: FeedPosition): Promise<void>;

  /** The consumers of these names, or all, in the order of their names. */
  abstract find(names?: readonly string[]): Promise<ConsumerState[]>;

  /**
   * Gives the lease of a consumer that runs to `holder`, provided that nothing of its term, holder and beat has changed since it
   * was seen so. Undefined: something has, or it does not run.
   */
  abstract acquire(seen: ConsumerState, holder: string): Promise<ConsumerLease | undefined>;

  /** Tells that a holder lives. Returns how many consumers it holds that run, and of which nothing is asked. */
  abstract beat(holder: string): Promise<number>;

  /** Gives the lease back, if it is still held. */
  abstract release(lease: ConsumerLease): Promise<void>;

  /** Moves the position on, and forgets the failures. False: the lease is another's, and nothing was changed. */
  abstract move(lease: ConsumerLease, position: FeedPosition): Promise<boolean>;

  /** Notes that what comes next has failed. False as in `move()`. */
  abstract fail(lease: ConsumerLease, failure: ConsumerFailure): Promise<boolean>;

  /** Sets an event aside, in place of what was parked at its position. False as in `move()`. */
  abstract park(lease: ConsumerLease, event: ParkedEvent): Promise<boolean>;

  /** The events that are set aside, in order. */
  abstract parked(name: string): Promise<ParkedEvent[]>;

  /** How many events are set aside, by consumer; of those without any, nothing. */
  abstract parkedCounts(): Promise<ReadonlyMap<string, number>>;

  /** Forgets that an event was set aside. */
  abstract unpark(name: string, position: FeedPosition): Promise<void>;

  /** Changes a consumer, whoever holds it. Of a new position, failures are forgotten. False: there is none of that name. */
  abstract change(name: string, change: ConsumerChange): Promise<boolean>;

  /** Forgets a consumer with what it has set aside. */
  abstract delete(name: string): Promise<void>;
}
