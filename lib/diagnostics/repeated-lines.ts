import { LogLine } from './log-line.js';

const QUIET_MS = 1_000;
const MAX_KINDS = 100;
const OTHERS = 'Others of many kinds';

/** Lines of a kind since the last one that was written. */
interface Withheld {
  readonly like: LogLine;
  count: number;
}

/** Writes the first line of a kind at once, and one a second for those that follow it: an outage must not flood the log. */
export class RepeatedLines {
  private readonly withheld = new Map<string, Withheld>();

  constructor(private readonly writeLine: (line: string | LogLine, stack?: string) => void) {}

  /** `kind` is what such lines have in common, without what tells one from another; `stack` goes with the first. */
  write(kind: string, line: string | LogLine, stack?: string): void {
    const known = this.withheld.has(kind) || this.withheld.size < MAX_KINDS ? kind : OTHERS;
    const earlier = this.withheld.get(known);
    if (earlier !== undefined) return void earlier.count++;
    const like = known === kind && line instanceof LogLine ? line : new LogLine(known, {});
    this.withheld.set(known, { like, count: 0 });
    this.writeLine(line, stack);
    this.sumUpLater(known);
  }

  private sumUpLater(kind: string): void {
    setTimeout(() => {
      const { like, count } = this.withheld.get(kind)!;
      this.withheld.delete(kind);
      if (count === 0) return;
      this.writeLine(like.again(count, `${kind} (and ${count.toLocaleString('en')} more)`));
      this.withheld.set(kind, { like, count: 0 });
      this.sumUpLater(kind);
    }, QUIET_MS).unref();
  }
}
