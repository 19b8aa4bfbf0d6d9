/** A statement that reads, with its values as the driver takes them. */
export interface ReadStatement {
  sql: string;
  values: readonly unknown[];
}

/** PostgreSQL and MariaDB give each value as the text of it, SQLite and ClickHouse numbers as numbers. */
export type ReadRow = Record<string, string | number | null>;
