import type { ApiKeyOptions } from './api-key-options.interface.js';
import type { RateLimit } from './rate-limit.interface.js';

/** What an intake has for itself; may come from the factory of `registerAsync`. All else is that of `EventLogModule`. */
export interface EventLogIntakeOptions {
  /** The keys that may log events here, and nowhere else. Required, unless there is a `keyStore`. */
  apiKeys?: readonly ApiKeyOptions[];
  /**
   * How many requests each key may make here, counted apart from those of other intakes.
   * @default that of EventLogModule
   */
  rateLimit?: RateLimit;
  /**
   * Largest request body in bytes, inclusive. Larger bodies are answered with 413.
   * @default that of EventLogModule
   */
  maxBodyBytes?: number;
  /**
   * The names of the entity types that are taken here; others are answered with 422.
   * @default all that are registered
   */
  entityTypes?: readonly string[];
}
