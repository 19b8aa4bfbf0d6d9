import { startSqlite, type TestDatabase } from '../utils/databases.js';
import { PostgresServer } from '../utils/postgres-server.js';
import { eventOf } from './event.js';
import { History } from './history.js';
import { Host } from './host.js';
import { itUnless } from './it-unless.js';
import { withDataSource } from './stored-events.js';
import { countAnswers, traceCalls, whyNoTrace } from './syscall-trace.js';

const EVENTS = 20;
const itTraces = itUnless(whyNoTrace());

/** Sends events one after the other, while the host and the other processes are traced. */
async function countEarly(host: Host, others: number[] = []) {
  const history = new History();
  await history.send(host.url, eventOf('before'));
  const calls = await traceCalls([host.pid, ...others], async () => {
    for (let n = 0; n < EVENTS; n++) {
      expect(await history.send(host.url, eventOf(`event-${n}`))).toMatchObject({ kind: 'ok' });
    }
  });
  return countAnswers(calls);
}

let database: TestDatabase;

afterEach(async () => {
  await Host.killAll();
  await database.stop();
});

describe('with SQLite', () => {
  async function run(program?: string) {
    database = await startSqlite();
    return countEarly(await Host.start(database.url, { program }));
  }

  itTraces('SQLite answers after the commit is synced to the disk', async () => {
    expect(await run()).toEqual({ answers: EVENTS, early: 0 });
  });

  itTraces('SQLite with synchronous=NORMAL answers before, which the trace shows', async () => {
    expect(await run('test/faults/relaxed-host.mjs')).toEqual({ answers: EVENTS, early: EVENTS });
  });
});

describe('with PostgreSQL', () => {
  // Its background writer is to leave the log to those who commit.
  async function run(synchronous_commit: 'on' | 'off') {
    const server = await PostgresServer.create({ wal_writer_delay: '10s', synchronous_commit });
    database = { url: server.url, stop: () => server.remove() };
    const host = await Host.start(server.url);
    const backends: { pid: number }[] = await withDataSource(server.url, (source) =>
      source.query(`SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`),
    );
    return countEarly(
      host,
      backends.map(({ pid }) => pid),
    );
  }

  itTraces('PostgreSQL answers after the commit is synced to the disk', async () => {
    expect(await run('on')).toEqual({ answers: EVENTS, early: 0 });
  });

  itTraces('PostgreSQL without synchronous_commit answers before, which the trace shows', async () => {
    expect(await run('off')).toEqual({ answers: EVENTS, early: EVENTS });
  });
});
