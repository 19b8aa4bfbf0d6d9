/**
 * Starts a coordinator of Citus and two workers on 127.0.0.1, from a PostgreSQL that has the extension, for `npm run test:citus`:
 *
 *   node test/citus/start.mjs <folder of initdb and pg_ctl> <empty folder for the data> [first port, 5471]
 *   node test/citus/start.mjs --stop <folder of initdb and pg_ctl> <folder of the data>
 *
 * As root it runs them as the user `postgres`, which must own the folder. Everyone on this machine is let in.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const isStop = process.argv[2] === '--stop';
const [programs, folder, firstPort = '5471'] = process.argv.slice(isStop ? 3 : 2);
if (folder === undefined) {
  console.error('Usage: node test/citus/start.mjs [--stop] <folder of initdb and pg_ctl> <folder for the data> [first port]');
  process.exit(2);
}

const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
function run(program, ...args) {
  const [command, ...rest] = [...asUser, join(programs, program), ...args];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}${stdout}`);
}
const psql = (port, database, sql) =>
  run(
    'psql',
    '-X',
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-U',
    'postgres',
    '-d',
    database,
    '-c',
    sql,
  );

if (isStop) {
  for (const port of readdirSync(folder).filter((name) => /^\d+$/.test(name)))
    run('pg_ctl', '-D', join(folder, port), '-m', 'fast', 'stop');
} else {
  const [coordinator, ...workers] = [0, 1, 2].map((n) => Number(firstPort) + n);
  for (const port of [coordinator, ...workers]) {
    const data = join(folder, String(port));
    run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-locale');
    const settings = {
      port: String(port),
      listen_addresses: `'127.0.0.1'`,
      unix_socket_directories: `''`,
      shared_preload_libraries: 'citus',
      max_connections: '200',
      max_prepared_transactions: '200',
      'citus.enable_statistics_collection': 'off',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    appendFileSync(join(data, 'postgresql.conf'), lines.join(''));
    run('pg_ctl', '-D', data, '-l', join(folder, `${port}.log`), '-w', 'start', '-o', '-N 200');
    psql(port, 'postgres', 'CREATE EXTENSION citus');
  }
  psql(coordinator, 'postgres', `SELECT citus_set_coordinator_host('127.0.0.1', ${coordinator})`);
  for (const worker of workers) psql(coordinator, 'postgres', `SELECT citus_add_node('127.0.0.1', ${worker})`);
  console.log(`TEST_CITUS_URL=postgres://postgres@127.0.0.1:${coordinator}/postgres`);
}
