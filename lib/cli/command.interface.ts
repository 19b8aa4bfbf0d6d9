import type { Environment } from './database-options.js';
import type { Option, Values } from './options.js';
import type { Terminal } from './terminal.js';

/** What a command did: for programs, for people, what is odd about it, and whether what it tried came to nothing. */
export interface Report {
  result: unknown;
  text: string;
  warning?: string;
  hasFailed?: boolean;
}

/** How a command is called. */
export interface CommandUsage {
  summary: string;
  usage: string;
  details: string;
  required: readonly Option[];
  optional: readonly Option[];
  /** What stands after its name beside options, such as `one id of a key`; absent: nothing. */
  argument?: string;
}

/** A command that needs a service: `prepare()` checks what was given, before any database is asked. */
export interface Command<Service> extends CommandUsage {
  prepare(values: Values, argument: string): (service: Service, terminal: Terminal, env: Environment) => Promise<Report>;
}
