import { logger } from './logger.js';

const PERIOD_MS = 1_000;
/** Kinds are made of reasons, of which a store can have many. */
const MAX_KINDS = 100;
const OTHERS = 'others';

interface Line {
  /** How many came since the last one was written. */
  leftOut: number;
  last: string;
}

/** Writes lines of which a caller can make as many as it likes: the first of a kind at once, then one a second with the count. */
class RepeatedLines {
  private readonly lines = new Map<string, Line>();

  constructor(private readonly write: (message: string, stack?: string) => void) {}

  note(kind: string, message: string, stack?: string): void {
    const known = this.lines.get(kind);
    if (known !== undefined) {
      known.leftOut++;
      known.last = message;
    } else if (this.lines.size < MAX_KINDS || kind === OTHERS) {
      this.write(message, stack);
      this.lines.set(kind, { leftOut: 0, last: message });
      this.lookAgain(kind);
    } else {
      this.note(OTHERS, message, stack);
    }
  }

  private lookAgain(kind: string): void {
    setTimeout(() => {
      const line = this.lines.get(kind);
      if (line === undefined || line.leftOut === 0) return void this.lines.delete(kind);
      this.write(line.leftOut === 1 ? line.last : `${line.last} (and ${line.leftOut - 1} more like it)`);
      line.leftOut = 0;
      this.lookAgain(kind);
    }, PERIOD_MS).unref();
  }
}

const warnings = new RepeatedLines(logger.warn);
const errors = new RepeatedLines(logger.error);

export const repeatedWarning = (kind: string, message: string): void => warnings.note(kind, message);
export const repeatedError = (kind: string, message: string, stack?: string): void => errors.note(kind, message, stack);
