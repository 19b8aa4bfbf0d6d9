import { DataSource } from 'typeorm';
import { closeApps } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, SERVERS } from '../utils/describe-engines.js';
import { lockTable } from '../utils/lock-table.js';
import { type ProxyMode, TcpProxy } from '../utils/tcp-proxy.js';
import { type HealthHost, reportWith, startHealthHost } from './host.js';

const isUp = ({ status }: Awaited<ReturnType<HealthHost['check']>>) => status === 'up';

describeEngines('The health of a host that stores', (engine) => {
  afterEach(closeApps);

  it('is up where events can be stored, and a check changes nothing', async () => {
    const { app, check } = await startHealthHost({ databaseUrl: engine.url });
    expect(await check()).toMatchObject({ status: 'up', store: 'reachable' });
    const rows = await app.get(DataSource, { strict: false }).query('SELECT count(*) AS count FROM event_log_events');
    expect(Number((rows as { count: unknown }[])[0].count)).toBe(0);
  });

  it('is down where the table has gone, with the code of the error and no word of the database', async () => {
    const { app, check, lines } = await startHealthHost({ databaseUrl: engine.url });
    const source = app.get(DataSource, { strict: false });
    await source.query('ALTER TABLE event_log_events RENAME TO hidden_events');
    try {
      const report = await check();
      expect(report).toMatchObject({ status: 'down', store: 'unreachable' });
      const reason = expect.stringMatching(/within 1000 ms \((?:42P01|ER_NO_SUCH_TABLE|SQLITE_ERROR)\)\.$/);
      expect(report.reasons).toEqual([reason]);
      expect(lines.all).toContainEqual(reason);
      expect(JSON.stringify([report, lines.all])).not.toContain('event_log_events');
    } finally {
      await source.query('ALTER TABLE hidden_events RENAME TO event_log_events');
    }
    expect(await check()).toMatchObject({ status: 'up' });
  });
});

describeEngines(
  'The health of a host whose database is away',
  (engine) => {
    let proxy: TcpProxy;
    beforeEach(async () => (proxy = await TcpProxy.start(engine.url)));
    afterEach(async () => {
      await closeApps();
      await proxy.stop();
    });

    it.each<ProxyMode>(['down', 'blackhole', 'dropReplies'])(
      'is down by the first check after it is cut off (%s), and up again when it is back',
      async (mode) => {
        const host = await startHealthHost({ databaseUrl: proxy.url });
        expect(isUp(await host.check())).toBe(true);
        proxy.switchTo(mode);
        expect(await host.check()).toMatchObject({ status: 'down', store: 'unreachable' });
        proxy.switchTo('pass');
        await reportWith(host, 'it is up again', isUp);
      },
    );

    it('is down where the table is locked, though the database answers', async () => {
      const host = await startHealthHost({ databaseUrl: engine.url });
      const unlock = await lockTable(engine.url);
      try {
        host.logMany(10);
        const { reasons } = await reportWith(host, 'events wait for too long', (report) => report.reasons.length === 2);
        expect(reasons[0]).toContain('The store does not take events');
        expect(reasons[1]).toContain('An event has waited');
      } finally {
        await unlock();
      }
      await reportWith(host, 'it is up again', isUp);
    });
  },
  SERVERS,
);

describeEngines(
  'The health of a host whose database takes no writes',
  (engine) => {
    afterEach(closeApps);

    it('is down, and up on a connection of the server that takes them again', async () => {
      const name = new URL(engine.url).pathname.slice(1);
      const admin = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();
      const host = await startHealthHost({ databaseUrl: engine.url, source: { poolSize: 1 } });
      try {
        await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
        await closeConnections(admin);
        await reportWith(host, 'it is down', (report) => !isUp(report));
        await admin.query('SET default_transaction_read_only = off');
        await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
        await reportWith(host, 'it is up again', isUp);
      } finally {
        await admin.destroy();
      }
    });
  },
  ['PostgreSQL'],
);

async function closeConnections(admin: DataSource): Promise<void> {
  const others = 'datname = current_database() AND pid <> pg_backend_pid()';
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
}
