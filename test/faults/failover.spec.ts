import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { administer, canStartMariadbServer, startMariadbServer } from '../utils/databases.js';
import { PostgresServer } from '../utils/postgres-server.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';
import { itUnless } from './it-unless.js';
import { TcpProxy } from '../utils/tcp-proxy.js';

/** Two servers with the same tables, of which the first can be demoted, and taken back. */
interface Pair {
  urls: [primary: string, standby: string];
  setReadOnly(readOnly: boolean): Promise<void>;
  stop(): Promise<void>;
}

async function startPostgresPair(): Promise<Pair> {
  const servers = await Promise.all([PostgresServer.create(), PostgresServer.create()]);
  return {
    urls: [servers[0].url, servers[1].url],
    setReadOnly: async (readOnly) => {
      await administer(servers[0].url, `ALTER SYSTEM SET default_transaction_read_only = ${readOnly ? 'on' : 'off'}`);
      await administer(servers[0].url, 'SELECT pg_reload_conf()');
    },
    stop: async () => void (await Promise.all(servers.map((server) => server.remove()))),
  };
}

const SETTINGS = { 'skip-name-resolve': '1' };

async function startMariadbPair(): Promise<Pair> {
  // A user of the tests, as the rights of root pass a read-only server by.
  const servers = [await startMariadbServer(SETTINGS), await startMariadbServer(SETTINGS)];
  for (const { url } of servers) {
    await administer(url, "CREATE USER app@'127.0.0.1'");
    await administer(url, "GRANT ALL ON test.* TO app@'127.0.0.1'");
  }
  const [primary, standby] = servers.map(({ url }) => url.replace('root@', 'app@'));
  return {
    urls: [primary, standby],
    setReadOnly: (readOnly) => administer(servers[0].url, `SET GLOBAL read_only = ${readOnly ? 1 : 0}`),
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

const noMariadb = canStartMariadbServer ? undefined : 'mariadbd and mariadb-install-db are not installed';

describe.each([
  { engine: 'PostgreSQL', startPair: startPostgresPair, it },
  { engine: 'MariaDB', startPair: startMariadbPair, it: itUnless(noMariadb) },
])('a failover of $engine', ({ startPair, it }) => {
  let pair: Pair | undefined;
  let proxy: TcpProxy | undefined;

  const boot = async (adapter: (typeof ADAPTERS)[number]) => {
    const host = await startTypeOrmHost(adapter, proxy!.url);
    // Several connections of the pool are open, and go to the server that will be demoted.
    await Promise.all(
      Array.from({ length: 8 }, () => Promise.all([host.dataSource.query('SELECT 1'), host.post(), host.keys.list()])),
    );
    return host;
  };
  const failOver = async () => {
    proxy!.turnTo(pair!.urls[1]);
    await pair!.setReadOnly(true);
    await delay(200);
  };
  const statusesOf = async (host: TypeOrmHost, count: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) statuses.push((await host.post()).status);
    return statuses;
  };

  beforeAll(async () => {
    if (it === globalThis.it.skip) return;
    pair = await startPair();
    for (const url of pair.urls) await (await startTypeOrmHost('express', url)).app.close();
  });
  beforeEach(async () => {
    if (pair) proxy = await TcpProxy.start(pair.urls[0]);
  });
  afterEach(async () => {
    await closeApps();
    await pair?.setReadOnly(false);
    await proxy?.stop();
  });
  afterAll(() => pair?.stop());

  for (const adapter of ADAPTERS) {
    it(`costs events at most one 503 on ${adapter}, without a restart`, async () => {
      const host = await boot(adapter);
      await failOver();
      const statuses = await statusesOf(host, 10);
      expect(statuses.slice(1)).toEqual(Array(9).fill(200));
      expect([200, 503]).toContain(statuses[0]);
    });
  }

  it('leaves keys that can be made, used and noted as used', async () => {
    const { keys, post } = await boot('express');
    await failOver();
    const { text, key } = await keys.create({ name: 'after', kind: 'api' });
    expect((await post({}, text)).status).toBe(200);
    const deadline = Date.now() + 10_000;
    const lastUsed = async () => (await keys.list()).find(({ id }) => id === key.id)!.lastUsedAt;
    while ((await lastUsed()) === null && Date.now() < deadline) await delay(50);
    expect(await lastUsed()).toEqual(expect.any(Date));
  });

  it('is answered with 503 as long as no server takes writes, and with 200 when one does', async () => {
    const host = await boot('express');
    await pair!.setReadOnly(true);
    await delay(200);
    expect(await statusesOf(host, 3)).toEqual([503, 503, 503]);
    await pair!.setReadOnly(false);
    await delay(200);
    expect(await statusesOf(host, 3)).toEqual([200, 200, 200]);
  });
});
