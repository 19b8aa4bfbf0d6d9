import { startPostgres, startSqlite, type TestDatabase } from '../utils/databases.js';
import { Host } from './host.js';

/** One `describe` a database; each test has one of its own, and leaves no host behind. */
export function describeDatabases(define: (url: () => string) => void): void {
  describe.each([
    ['SQLite', startSqlite],
    ['PostgreSQL', startPostgres],
  ])('with %s', (_name, start) => {
    let database: TestDatabase;

    beforeEach(async () => {
      database = await start();
    });

    afterEach(async () => {
      await Host.killAll();
      await database.stop();
    });

    define(() => database.url);
  });
}
