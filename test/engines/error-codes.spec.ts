import { setTimeout as delay } from 'node:timers/promises';
import { closeApps } from '../utils/create-app.js';
import {
  administer,
  canStartMariadbServer,
  startMariadbServer,
  startMysql,
  startPostgres,
  startSqlite,
  type TestDatabase,
} from '../utils/databases.js';
import { itUnless } from '../faults/it-unless.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';

const noMysql = process.env.TEST_MYSQL_URL ? undefined : 'set TEST_MYSQL_URL';

/** Codes that mean "later", and codes that mean "never". */
const CODES = {
  postgres: {
    later: ['28P01', '25P03', '55006', 'XX000', '57P03', '40001', '42501', '58030', '08P01', '53200', 'HV000'],
    never: ['22001', '23514', '42703', 'P0001', '54000'],
  },
  mysql: {
    later: [1045, 1047, 1037, 1206, 1297, 1637, 3100, 1213, 1205, 1030, 1021, 1317, 1142, 1927],
    never: [1048, 1364, 1366, 1644, 4025, 31001],
  },
};

/** Has each event of the type `code:<code>` fail with it. */
async function failByType(engine: 'postgres' | 'mysql', { dataSource }: TypeOrmHost): Promise<void> {
  if (engine === 'postgres') {
    await dataSource.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = substr(NEW.type, 6); END $$`,
    );
    return void (await dataSource.query(
      `CREATE TRIGGER fail BEFORE INSERT ON event_log_events FOR EACH ROW WHEN (NEW.type LIKE 'code:%') EXECUTE FUNCTION fail()`,
    ));
  }
  const signals = Object.values(CODES.mysql).flat();
  const cases = signals.map(
    (code) => `IF NEW.type = 'code:${code}' THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${code}; END IF;`,
  );
  await dataSource.query(`CREATE TRIGGER fail BEFORE INSERT ON event_log_events FOR EACH ROW BEGIN ${cases.join(' ')} END`);
}

describe.each([
  { engine: 'postgres' as const, start: startPostgres, skipped: undefined },
  { engine: 'mysql' as const, start: startMysql, skipped: noMysql },
])('an error of $engine', ({ engine, start, skipped }) => {
  const run = itUnless(skipped);
  let database: TestDatabase | undefined;
  let host: TypeOrmHost;
  beforeAll(async () => {
    database = await start();
    if (!database) return;
    host = await startTypeOrmHost('express', database.url);
    await failByType(engine, host);
  });
  afterAll(async () => {
    await closeApps();
    await database?.stop();
  });

  run('with a code that passes is answered with 503 and Retry-After, and with none the next event', async () => {
    const answers: [number | string, number][] = [];
    for (const code of CODES[engine].later) answers.push([code, (await host.post({ type: `code:${code}` })).status]);
    expect(answers).toEqual(CODES[engine].later.map((code) => [code, 503]));
    expect((await host.post()).status).toBe(200);
  });

  run('with a code that stays is answered with 500, and does not take the events beside it along', async () => {
    for (const code of CODES[engine].never) {
      const sent = await Promise.all([host.post(), host.post({ type: `code:${code}` }), host.post(), host.post()]);
      expect([code, ...sent.map(({ status }) => status)]).toEqual([code, 200, 500, 200, 200]);
    }
  });
});

describe('an error of SQLite', () => {
  it('by a trigger of the host is answered with 500, and does not take the events beside it along', async () => {
    const database = await startSqlite();
    const host = await startTypeOrmHost('express', database.url);
    await host.dataSource.query(
      `CREATE TRIGGER fail BEFORE INSERT ON event_log_events WHEN NEW.type = 'never' BEGIN SELECT RAISE(ABORT, 'injected'); END`,
    );
    const sent = await Promise.all([host.post(), host.post({ type: 'never' }), host.post()]);
    expect(sent.map(({ status }) => status)).toEqual([200, 500, 200]);
    await closeApps();
    await database.stop();
  });
});

describe('a password that is being rotated', () => {
  const run = itUnless(canStartMariadbServer ? undefined : 'mariadbd and mariadb-install-db are not installed');

  run('is answered with 503 until it is right again, and then with 200 without a restart', async () => {
    const server = await startMariadbServer({ 'skip-name-resolve': '1' });
    try {
      await administer(server.url, "CREATE USER app@'127.0.0.1'");
      await administer(server.url, "GRANT ALL ON test.* TO app@'127.0.0.1'");
      const host = await startTypeOrmHost('fastify', server.url.replace('root@', 'app@'));
      expect((await host.post()).status).toBe(200);
      await administer(server.url, "ALTER USER app@'127.0.0.1' IDENTIFIED BY 'other'");
      await administer(server.url, "KILL USER app@'127.0.0.1'");
      await delay(100);
      expect((await host.post()).status).toBe(503);
      await administer(server.url, "ALTER USER app@'127.0.0.1' IDENTIFIED BY ''");
      expect((await host.post()).status).toBe(200);
    } finally {
      await closeApps();
      await server.stop();
    }
  });
});
