/**
 * What of a pool each holder has: a key, or a client of a key that all visitors of a page share. None may have more than half,
 * so that none keeps all others out.
 */
export class Shares {
  private readonly held = new Map<string, number>();

  constructor(private readonly size: number) {}

  /** By how much a holder would have too much with so much more. The host's own code has no name here, and may have it all. */
  excess(holder: string | undefined, more: number): number {
    return holder === undefined ? 0 : (this.held.get(holder) ?? 0) + more - this.size / 2;
  }

  /** A negative amount gives back. */
  add(holder: string | undefined, amount: number): void {
    if (holder === undefined) return;
    const held = (this.held.get(holder) ?? 0) + amount;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}
