const QUIET_MS = 1_000;
const MAX_KINDS = 100;

/** Writes the first line of a kind at once, and one a second for those that follow it: an outage must not flood the log. */
export class RepeatedLines {
  private readonly withheld = new Map<string, number>();

  constructor(private readonly writeLine: (line: string, stack?: string) => void) {}

  /** `kind` is what such lines have in common, without what tells one from another; `stack` goes with the first. */
  write(kind: string, line: string, stack?: string): void {
    const known = this.withheld.has(kind) || this.withheld.size < MAX_KINDS ? kind : 'Others of many kinds';
    const count = this.withheld.get(known);
    this.withheld.set(known, count === undefined ? 0 : count + 1);
    if (count !== undefined) return;
    this.writeLine(line, stack);
    this.sumUpLater(known);
  }

  private sumUpLater(kind: string): void {
    setTimeout(() => {
      const count = this.withheld.get(kind);
      this.withheld.delete(kind);
      if (!count) return;
      this.writeLine(`${kind} (and ${count.toLocaleString('en')} more)`);
      this.withheld.set(kind, 0);
      this.sumUpLater(kind);
    }, QUIET_MS).unref();
  }
}
