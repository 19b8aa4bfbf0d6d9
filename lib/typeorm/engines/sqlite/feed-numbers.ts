import type { Connection } from './connection.js';

/** The highest number of the feed: to be read and set in a transaction that writes, in which nobody else gives any. */
export interface FeedNumbers {
  last(): number;
  setLast(number: number): void;
}

export function feedNumbers(database: Connection, feed: string): FeedNumbers {
  const select = database.prepare(`SELECT last FROM ${feed}`);
  const update = database.prepare(`UPDATE ${feed} SET last = ?`);
  return {
    // The host may have all integers read as bigint.
    last: () => Number((select.get() as { last: number | bigint }).last),
    setLast: (number) => void update.run(number),
  };
}

/**
 * Numbers the rows that came without: of processes of an earlier version, and of SQL of the host. A trigger would do it too, and
 * make each insert a fifth slower.
 */
export function numberOthers(database: Connection, table: string, feed: string): void {
  const without = `${table} WHERE feed_number IS NULL`;
  if (database.prepare(`SELECT 1 FROM ${without} LIMIT 1`).get() === undefined) return;
  const numbers = feedNumbers(database, feed);
  const set = database.prepare(`UPDATE ${table} SET feed_number = ? WHERE rowid = ?`);
  const numberAll = database.transaction(() => {
    let last = numbers.last();
    const rows = database.prepare(`SELECT rowid AS row FROM ${without} ORDER BY rowid`).all() as { row: number }[];
    for (const { row } of rows) set.run(++last, row);
    numbers.setLast(last);
  });
  numberAll.immediate(undefined);
}
