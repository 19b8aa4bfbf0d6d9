/** A statement of ours; what is not text in it is null. */
export interface Statement {
  sql: string;
  values?: readonly (string | null)[];
  /** Not in a transaction of the host's, which has the connection of SQLite as well: its rollback would undo it. */
  isOurs?: boolean;
}

/** A row in which each value is the text of it: drivers and hosts have parsers of their own for all else. */
export type TextRow = Record<string, string | null>;

export interface Result<R = TextRow> {
  rows: R[];
  /** How many rows were written. */
  affected: number;
  /** Of MySQL: what a statement that writes has given to LAST_INSERT_ID() last; 0: nothing. */
  insertId?: number;
}

/** Runs statements of ours through a data source of the host, whatever its driver is set to. */
export interface Database {
  /** Fails, in a sentence that names the setting and the fix, where data would not be stored as it is sent. */
  checkSettings(deadline: number): Promise<void>;
  /** Fails at `deadline`, a moment of `performance.now()`, and leaves no connection behind that did not answer. */
  run<R = TextRow>(statement: Statement, deadline: number): Promise<Result<R>>;
  /** Runs statements of ours that write, all of them or none, in the same time. */
  runAll(statements: readonly Statement[], deadline: number): Promise<void>;
  /** How a value stands in a statement, counted from 1. */
  parameter(number: number): string;
  /** Reads a time of the keys as RFC 3339 text, or as whatever text shows that it is none; null only for null. */
  keyTime(column: string): string;
  /** Whether an error means that the table, or a column of it, is not there. */
  isMissingTable(error: unknown): boolean;
  /** Whether an error means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}
