/**
 * Fails where `version`, as the server tells it, is not of a MariaDB: events are compared by MariaDB's own collations and
 * functions for JSON, and another server would refuse them, or answer otherwise.
 */
export function checkReadable(version: string): void {
  if (/mariadb/i.test(version)) return;
  throw new Error(
    "Expected the database that events are read from to be MariaDB, PostgreSQL or SQLite, got MySQL: it stores events, but can't be asked for them. Take out what reads, such as EventLogQueryModule, or store events in one of those with `typeOrmStorage({ dataSource })`.",
  );
}
