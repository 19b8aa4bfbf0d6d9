import type { EventLogExtras } from './event-log-extras.interface.js';

/** By these names Nest tells extras from options. */
export const NO_EXTRAS: Record<keyof EventLogExtras, undefined> = {
  path: undefined,
  storage: undefined,
  keyStore: undefined,
  entityTypes: undefined,
  hooks: undefined,
  imports: undefined,
  decorators: undefined,
  isGlobal: undefined,
};
