const FEWEST = 16;
const MOST = 1_000;

/** How many rows to take at once: as many as are done in `sliceMs`, whatever the database and the rows are like. */
export class SliceSize {
  rows = FEWEST;

  constructor(private readonly sliceMs: number) {}

  note(rows: number, tookMs: number): void {
    if (tookMs > this.sliceMs) this.rows = Math.max(FEWEST, Math.floor(this.rows / 2));
    else if (tookMs < this.sliceMs / 2 && rows === this.rows) this.rows = Math.min(MOST, this.rows * 2);
  }
}
