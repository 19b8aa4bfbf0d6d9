import type { Connection } from './connection.js';

/** The numbers of the feed: to be used in a transaction that writes, in which nobody else gives any. */
export class FeedNumbers {
  private readonly selectEnd;
  private readonly selectLast;
  private readonly updateLast;
  private readonly selectOther;
  private readonly updateOthers;

  constructor(database: Connection, table: string, feed: string) {
    const others = `EXISTS (SELECT 1 FROM ${table} WHERE feed_number IS NULL)`;
    this.selectEnd = database.prepare(`SELECT last, ${others} AS others FROM ${feed}`);
    this.selectLast = database.prepare(`SELECT last FROM ${feed}`);
    this.updateLast = database.prepare(`UPDATE ${feed} SET last = ?`);
    this.selectOther = database.prepare(`SELECT rowid AS row FROM ${table} WHERE feed_number IS NULL ORDER BY rowid LIMIT 1`);
    this.updateOthers = database.prepare(`UPDATE ${table} SET feed_number = ? WHERE rowid = ?`);
  }

  /** The highest that was given. */
  get last(): number {
    // The host may have all integers read as bigint.
    return Number((this.selectLast.get() as { last: number | bigint }).last);
  }

  set last(number: number) {
    this.updateLast.run(number);
  }

  /** The same, and whether rows are there without a number; in one statement, as it is asked for again and again. */
  get end(): { last: number; areMissing: boolean } {
    const { last, others } = this.selectEnd.get() as Record<'last' | 'others', number | bigint>;
    return { last: Number(last), areMissing: Number(others) !== 0 };
  }

  /**
   * Numbers the rows that came without, in the order in which they came: of processes of an earlier version, and of SQL of the
   * host. A trigger would do it too, and make each insert a fifth slower.
   */
  numberOthers(): void {
    if (!this.end.areMissing) return;
    let { last } = this;
    for (let other; (other = this.selectOther.get() as { row: number } | undefined);) this.updateOthers.run(++last, other.row);
    this.last = last;
  }
}
