import type { ApiKeyOptions } from './api-key-options.interface.js';
import type { RateLimit } from './rate-limit.interface.js';

/** What is read while requests are served; may come from the factory of `forRootAsync`. */
export interface EventLogOptions {
  /** The keys that may log or read events. Required, unless there is a `keyStore` or no `route`. */
  apiKeys?: readonly ApiKeyOptions[];
  /**
   * How many requests each key may make, a web key for each client address; more are answered with 429. It is counted
   * in the storage of the host's `ThrottlerModule` of @nestjs/throttler.
   * @default no limit
   */
  rateLimit?: RateLimit;
  /**
   * Largest request body in bytes, as sent and inflated, inclusive. Larger bodies are answered with 413.
   * @default 2097152 (2 MiB)
   */
  maxBodyBytes?: number;
  /**
   * Most events in a batch. More are answered with 413, and none is stored.
   * @default 1000
   */
  maxBatchEvents?: number;
  /**
   * Largest batch of NDJSON in bytes, as sent and inflated, inclusive; each of its lines is bounded by `maxBodyBytes`, as is a
   * batch that is a JSON array. Larger ones are answered with 413.
   * @default 16777216 (16 MiB)
   */
  maxBatchBytes?: number;
  /**
   * Most bytes that bodies larger than 64 KiB may hold together, inflated, while they arrive, those of one key half of it; more
   * is answered with 503.
   * @default 67108864 (64 MiB)
   */
  maxUploadBytes?: number;
  /**
   * The longest, in milliseconds, that a body takes to arrive; then 408, and the connection is closed.
   * @default 30000
   */
  bodyTimeout?: number;
  /**
   * Most events that may wait for the store at once, and as many again for hooks; of one key half as many. One more is answered
   * with 503.
   * @default 10000
   */
  maxPendingEvents?: number;
  /**
   * Most bytes of events that may wait for the store at once, and as many again for hooks; of one key half as many. More is
   * answered with 503.
   * @default 67108864 (64 MiB)
   */
  maxPendingBytes?: number;
  /**
   * The longest, in milliseconds, that an event waits for its answer: 200, or else 503. The lookup of its key and hooks count,
   * the time that its body takes to arrive does not.
   * @default 5000
   */
  answerTimeout?: number;
  /**
   * `'report'` logs at boot what a 200 survives, as a warning where that is no power cut; `'strict'` then refuses to boot.
   * @default 'report'
   */
  durability?: 'report' | 'strict';
  /**
   * Answers preflights and sends CORS headers on the module's own routes, whatever the host does on its; with `false`,
   * the host's CORS alone applies. Which origins may log is up to the `allowedOrigins` of each key.
   * @default true
   */
  cors?: boolean;
}

/** A class for `useClass` or `useExisting` of `forRootAsync`. */
export interface EventLogOptionsFactory {
  createEventLogOptions(): EventLogOptions | Promise<EventLogOptions>;
}
