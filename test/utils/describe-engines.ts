import { startMysql, startPostgres, startSqlite, type TestDatabase } from './databases.js';

export type EngineName = 'SQLite' | 'PostgreSQL' | 'MySQL or MariaDB';

interface EngineOptions {
  start: () => Promise<TestDatabase>;
  /** Why it can't be tested on this machine. */
  skipped?: string;
}

const ENGINES: Record<EngineName, EngineOptions> = {
  SQLite: { start: startSqlite },
  PostgreSQL: { start: startPostgres },
  'MySQL or MariaDB': {
    start: startMysql,
    skipped: process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL',
  },
};

export const ALL = Object.keys(ENGINES) as EngineName[];
export const SERVERS = ALL.filter((name) => name !== 'SQLite');

/** An engine, with an empty database that the block of tests shares. */
export interface Engine {
  readonly name: EngineName;
  /** Of the database, while tests run. */
  readonly url: string;
  /** One more empty database; the caller stops it. */
  start(): Promise<TestDatabase>;
}

/** One `describe` an engine, `title on <engine>`; one that this machine lacks is skipped, with the reason in its title. */
export function describeEngines(title: string, define: (engine: Engine) => void, names: readonly EngineName[] = ALL): void {
  for (const name of names) {
    const { start, skipped } = ENGINES[name];
    const describeEngine = skipped === undefined ? describe : describe.skip;
    describeEngine(`${title} on ${name}${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
      let database: TestDatabase | undefined;
      beforeAll(async () => {
        database = await start();
      });
      define({
        name,
        start,
        get url() {
          if (!database) throw new Error('The database is there only while tests run.');
          return database.url;
        },
      });
      // Registered last, so that it runs after what the tests register themselves.
      afterAll(() => database?.stop());
    });
  }
}
