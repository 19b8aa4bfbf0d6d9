import { inspect } from 'node:util';
import { reasonOf } from './reason-of.js';

/** What tells a line from others with its message: names, numbers and reasons, never data of events, SQL or keys. */
export type LogFields = Readonly<Record<string, string | number | undefined>>;

/**
 * A line of the log whose message is always the same, with fields of its own. Loggers that write JSON (Nest's, pino, winston) keep
 * message and fields apart; as text, and on Nest's console, it is one line to read.
 */
export class LogLine {
  readonly message: string;
  readonly #text: string;

  constructor(message: string, fields: LogFields, text = message) {
    this.message = message;
    this.#text = text;
    Object.assign(this, fields, { message });
  }

  /** That something went wrong, and why. */
  static of(message: string, error: unknown, fields: LogFields = {}): LogLine {
    const reason = reasonOf(error);
    return new LogLine(message, { ...fields, reason }, `${message}: ${reason}`);
  }

  /** How many others there were: of all that it tells, only what was of one request is left out. */
  again(count: number, text: string): LogLine {
    return new LogLine(this.message, { ...(this as object), requestId: undefined, count }, text);
  }

  toString(): string {
    return this.#text;
  }

  [inspect.custom](): string {
    return this.#text;
  }
}
