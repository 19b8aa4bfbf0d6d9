// Runs the conformance cases against the built sample: node test/conformance.mjs <run.mjs>
// on Express and Fastify × SQLite, PostgreSQL (TEST_POSTGRES_URL) and MySQL or MariaDB (TEST_MYSQL_URL).
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';

const [, , cases] = process.argv;
const { TEST_POSTGRES_URL, TEST_MYSQL_URL } = process.env;
const name = `event_log_conformance_${randomBytes(4).toString('hex')}`;
const folder = await mkdtemp(join(tmpdir(), 'event-log-'));

const databases = [{ label: 'SQLite', url: (adapter) => `sqlite:${join(folder, adapter)}.sqlite` }];
for (const [label, type, admin] of [
  ['PostgreSQL', 'postgres', TEST_POSTGRES_URL],
  ['MySQL', 'mysql', TEST_MYSQL_URL],
]) {
  if (admin) databases.push({ label, type, admin, url: () => Object.assign(new URL(admin), { pathname: `/${name}` }).href });
  else console.log(`skipped: ${label}, as its URL is not set`);
}

async function execute({ type, admin }, sql) {
  const dataSource = await new DataSource({ type, url: admin }).initialize();
  await dataSource.query(sql).finally(() => dataSource.destroy());
}

async function run(adapter, database) {
  if (database.admin) await execute(database, `CREATE DATABASE ${name}`);
  const env = { ...process.env, ADAPTER: adapter, DATABASE_URL: database.url(adapter), PORT: '0' };
  const app = spawn(process.execPath, ['dist/sample/01-basic/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let output = '';
    let port;
    app.stdout.on('data', (chunk) => (output += chunk));
    while (port === undefined) {
      await once(app.stdout, 'data');
      port = /localhost:(\d+)\/events/.exec(output)?.[1];
    }
    console.log(`${adapter}, ${database.label}:`);
    const [code] = await once(
      spawn(process.execPath, [cases], { env: { ...process.env, PORT: port }, stdio: 'inherit' }),
      'exit',
    );
    if (code !== 0) process.exitCode = 1;
  } finally {
    app.kill();
    await once(app, 'exit');
    if (database.admin) await execute(database, `DROP DATABASE ${name}`);
  }
}

for (const adapter of ['express', 'fastify']) for (const database of databases) await run(adapter, database);
await rm(folder, { recursive: true });
