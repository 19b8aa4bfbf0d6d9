import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresDatabase, startPostgres } from '../../utils/databases.js';
import { PostgresServer } from '../../utils/postgres-server.js';
import { TcpProxy } from '../../utils/tcp-proxy.js';
import { expectNoFaults, on, sum } from '../consumer-plays.js';
import { BATCH_SIZE, type ConsumerHostSettings, now, Stage } from '../consumer-stage.js';

/** Before the process that is cut off moves its position: longer than it is cut off, and than its pool takes to recover. */
const MOVES_AFTER_MS = 20_000;

/** The process that handles loses its database for ten seconds, and another one goes on, and leaves when the first is back. */
async function cutOff(stage: Stage, settings: ConsumerHostSettings): Promise<number> {
  const proxy = await TcpProxy.start(stage.database.url);
  try {
    const cut = await stage.start({ ...settings, firstMove: MOVES_AFTER_MS }, proxy.url);
    const other = await stage.start(settings);
    stage.startWriting();
    expect(await stage.untilLast('begin')).toBe(cut);
    const movedAt = delay(MOVES_AFTER_MS + 3_000);
    proxy.switchTo('blackhole');
    const [time] = await Promise.all([stage.untilTaken(cut, now()), delay(10_000)]);
    proxy.switchTo('pass');
    await stage.finish();
    await movedAt;
    const leftAt = now();
    await other.end('SIGTERM');
    await stage.write();
    await stage.untilTaken(other, leftAt);
    await stage.finish();
    return time;
  } finally {
    await proxy.stop();
  }
}

on('an instance that is cut off from PostgreSQL makes way for another one, and comes back', startPostgres, async (stage) => {
  const time = await cutOff(stage, {});
  expectNoFaults(stage, `Cut off, taken over after ${time} ms`);
  expect(sum(stage.judge().repeats)).toBeLessThanOrEqual(BATCH_SIZE);
  expect(time).toBeLessThan(10_000);
});

on(
  'the checker finds what is repeated where a store lets one that was cut off move the position',
  startPostgres,
  async (stage) => {
    await cutOff(stage, { store: 'unfenced' });
    expect(Math.max(...stage.judge().repeats)).toBeGreaterThan(BATCH_SIZE);
  },
);

/** A test with a server of its own. */
function onServer(title: string, play: (stage: Stage, server: PostgresServer) => Promise<void>): void {
  let server: PostgresServer;
  const start = async () => {
    server = await PostgresServer.create();
    const { url } = await createPostgresDatabase(server.url);
    return { url, stop: () => server.remove() };
  };
  on(title, start, (stage) => play(stage, server));
}

/** PostgreSQL is killed and started, and stopped and started, while events are handled whose effect needs it. */
async function restart(stage: Stage, server: PostgresServer, settings: ConsumerHostSettings): Promise<void> {
  await Promise.all([stage.start({ asks: true, ...settings }), stage.start({ asks: true, ...settings })]);
  stage.startWriting();
  for (const end of ['kill', 'stop'] as const) {
    await stage.untilHandled(2 * BATCH_SIZE);
    await server[end]();
    await delay(1_000);
    await server.start();
  }
  await stage.untilHandled(2 * BATCH_SIZE);
  await stage.finish();
}

onServer(
  'every event is handled, in order, when PostgreSQL is killed and started, and stopped and started',
  async (stage, server) => {
    await restart(stage, server, {});
    expectNoFaults(stage, 'PostgreSQL restarted');
  },
);

onServer('the checker finds what is lost where the position is moved before an effect that fails', async (stage, server) => {
  await restart(stage, server, { isForgetful: true, before: 500 });
  expect(stage.judge().lost).not.toEqual([]);
});

/** The clocks of two processes jump an hour, first that of the one who waits. */
async function jump(stage: Stage, settings: ConsumerHostSettings): Promise<void> {
  const flags = ['--import', './test/faults/jumping-clock.mjs'];
  const holder = await stage.start(settings, undefined, flags);
  const other = await stage.start(settings, undefined, flags);
  stage.startWriting();
  await stage.untilHandled(BATCH_SIZE);
  for (const process of [other, holder]) {
    globalThis.process.kill(process.pid, 'SIGWINCH');
    await delay(4_500);
  }
  await stage.finish();
}

on('a clock that jumps an hour takes no lease away, and repeats nothing', startPostgres, async (stage) => {
  await jump(stage, {});
  expectNoFaults(stage, 'Clocks jumped');
  expect(stage.judge().repeats).toEqual([0]);
});

on('a store of leases that end by the clock has them taken away by it, which the turns show', startPostgres, async (stage) => {
  await jump(stage, { store: 'clock' });
  expect(stage.judge().repeats.length).toBeGreaterThan(1);
});
