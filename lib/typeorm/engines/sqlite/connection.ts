/** What is used of a better-sqlite3 database. */
export interface Connection {
  readonly inTransaction: boolean;
  readonly memory: boolean;
  readonly open: boolean;
  prepare(sql: string): PreparedStatement;
  /** Makes a function of SQL. */
  function(name: string, implementation: () => number): unknown;
  pragma(source: string, options?: { simple: boolean }): unknown;
  transaction<A, R>(run: (argument: A) => R): { immediate(argument: A): R };
}

export interface PreparedStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  run(...parameters: unknown[]): { changes: number };
  get(...parameters: unknown[]): unknown;
  all(...parameters: unknown[]): unknown[];
  /** Whether rows come as lists of their values. */
  raw(asLists: boolean): this;
  /** Whether integers come as bigint. */
  safeIntegers(asBigInt: boolean): this;
}

/** Fails, with the code of a database where another process writes, while the host has a transaction open on the same connection. */
export function refuseOpenTransaction({ inTransaction }: Connection): void {
  if (inTransaction) throw Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
}
