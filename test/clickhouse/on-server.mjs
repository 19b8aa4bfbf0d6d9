// Runs the tests of ClickHouse once more, against a server that is asked over HTTP: `npm run test:clickhouse:server`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_MS = 30_000;
/** These have an engine, or a server, of their own. */
const OTHERS = ['killed-copy', 'killed-engine', 'transport', 'cluster'];

if (spawnSync('python3', ['--version']).status !== 0) {
  console.log('skipped: there is no python3, which starts the server that is in chdb');
  process.exit();
}
const folder = await mkdtemp(join(tmpdir(), 'clickhouse-'));
const [http, native] = [await freePort(), await freePort()];
const server = spawn('python3', ['test/clickhouse/server.py', folder, http, native], { stdio: ['pipe', 'inherit', 'inherit'] });
const ended = once(server, 'exit');
try {
  await answers(`http://127.0.0.1:${http}/ping`);
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', 'clickhouse', '--runInBand', '--ci'];
  const ignored = ['/node_modules/', ...OTHERS.map((name) => `/${name}.*\\.spec\\.ts$`)];
  const tests = spawn(
    process.execPath,
    ['--experimental-vm-modules', ...jest, ...ignored.map((pattern) => `--testPathIgnorePatterns=${pattern}`)],
    { stdio: 'inherit', env: { ...process.env, TEST_CLICKHOUSE_URL: `http://127.0.0.1:${http}` } },
  );
  const [status] = await once(tests, 'exit');
  process.exitCode = status ?? 1;
} finally {
  server.stdin.end();
  server.kill();
  await ended;
  await rm(folder, { recursive: true, force: true });
}

async function answers(url) {
  const deadline = performance.now() + START_MS;
  while (!(await fetch(url).catch(() => undefined))?.ok) {
    if (server.exitCode !== null || performance.now() > deadline) throw new Error('ClickHouse did not start');
    await delay(50);
  }
}

async function freePort() {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address();
  listener.close();
  await once(listener, 'close');
  return port;
}
