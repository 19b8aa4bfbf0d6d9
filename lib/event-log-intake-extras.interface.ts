import type { ApiKeyStorage } from './auth/api-key-storage.js';

/** What Nest must know of an intake before it builds providers; stands beside the factory of `registerAsync`. */
export interface EventLogIntakeExtras {
  /** Path of the intake, below the host's global prefix and version: another one than `EventLogModule` and other intakes have. */
  path: string;
  /**
   * Where keys are looked up that are not among `apiKeys`, e.g. `typeOrmApiKeys()`.
   * @default nowhere
   */
  keyStore?: ApiKeyStorage;
  /**
   * Decorators of the host's own for the controllers of the intake, e.g. `[Public()]`.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
}
