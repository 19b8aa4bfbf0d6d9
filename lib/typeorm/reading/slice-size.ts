const FEWEST = 16;
const MOST = 1_000;
/** How long a slice should take, in milliseconds. */
const SLICE_MS = 5;

/** How many rows to take at once: as many as are done in a few milliseconds, whatever the database and the rows are like. */
export class SliceSize {
  rows = FEWEST;

  note(rows: number, tookMs: number): void {
    if (tookMs > SLICE_MS) this.rows = Math.max(FEWEST, Math.floor(this.rows / 2));
    else if (tookMs < SLICE_MS / 2 && rows === this.rows) this.rows = Math.min(MOST, this.rows * 2);
  }
}
