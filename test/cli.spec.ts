import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../lib/cli/run.js';
import type { CreatedApiKey, StoredApiKey } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { clientOf } from './utils/client.js';
import type { Adapter } from './utils/create-app.js';
import { dataSourceOptions, startSqlite } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newMessage } from './utils/events.js';
import { freePort } from './utils/free-port.js';

// Both built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');
const SAMPLE = resolve('dist/sample/01-basic/main.js');
const CACHE_TTL = 500;

/** Each adapter once, and each engine: what the one does with keys does not depend on the other. */
const ADAPTER_OF = { SQLite: 'express', PostgreSQL: 'fastify', 'MySQL or MariaDB': 'express' } as const;

interface Ending {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The command line in a process of its own. */
function cli(...args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode!, stdout, stderr });
    });
  });
}

const children: ChildProcess[] = [];

/** The sample in a process of its own, with all that it writes. */
async function startSample(databaseUrl: string, adapter: Adapter) {
  const env = { ...process.env, PORT: '0', ADAPTER: adapter, DATABASE_URL: databaseUrl, KEY_CACHE_TTL: String(CACHE_TTL) };
  const child = spawn(process.execPath, [SAMPLE], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const sample = { output: '', url: '', stop: () => end(child) };
  await new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`The sample ended: ${sample.output}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        sample.output += chunk;
        [sample.url] = /http:\/\/localhost:\d+/.exec(sample.output) ?? [''];
        if (sample.url) resolve();
      });
    }
  });
  return sample;
}

async function end(child: ChildProcess): Promise<void> {
  const running = child.exitCode === null && child.signalCode === null;
  const exit = running ? once(child, 'exit') : undefined;
  child.kill('SIGTERM');
  await exit;
}

afterEach(() => Promise.all(children.splice(0).map(end)));

describeEngines('The command line', (engine) => {
  beforeAll(async () => {
    await (await new DataSource(dataSourceOptions(engine.url)).initialize()).destroy(); // makes the tables
  });

  it(`the command line leads a key through its life while the sample runs on ${ADAPTER_OF[engine.name]}`, async () => {
    const sample = await startSample(engine.url, ADAPTER_OF[engine.name]);
    const texts: string[] = [];
    const keys = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await cli('keys', ...args, '--json', '--database', engine.url);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return JSON.parse(stdout);
    };
    const make = async (...args: string[]): Promise<CreatedApiKey> => {
      const created = await keys(...args);
      texts.push(created.text);
      return created;
    };
    const stored = async (id: string): Promise<StoredApiKey> => (await keys('list')).find((key: StoredApiKey) => key.id === id);
    const client = clientOf(sample.url);
    const log = async (key: string) => {
      const answer = await client.log(newMessage(), { key });
      return [answer.status, answer.json<{ projectId?: string }>().projectId];
    };
    const recent = async (key: string) => (await client.get('/recent', { key })).status;

    const old = await make('create', '--name', 'my site', '--kind', 'api', '--project', 'p1', '--expires', '90d');
    expect(await log(old.text)).toEqual([200, 'p1']);
    expect(await recent(old.text)).toBe(200);
    expect(await log('demo-api-key')).toEqual([200, 'demo-project']);

    const web = await make('create', '--name', 'page', '--kind', 'web', '--origin', 'https://*.example.com');
    expect(web.key).toMatchObject({ scopes: ['events:write'], allowedOrigins: ['https://*.example.com'] });
    expect(await recent(web.text)).toBe(403);

    const short = await make('create', '--name', 'short', '--kind', 'api', '--expires', '9s');
    expect((await log(short.text))[0]).toBe(200);

    const rotated = await make('rotate', old.key.id, '--grace', '3s');
    const rotatedAt = Date.now();
    await delay(CACHE_TTL);
    expect([await log(old.text), await log(rotated.text)]).toEqual([
      [200, 'p1'],
      [200, 'p1'],
    ]);
    await delay(rotatedAt + 3_000 - Date.now());
    expect([await log(old.text), await log(rotated.text)]).toEqual([
      [401, undefined],
      [200, 'p1'],
    ]);
    expect(await stored(old.key.id)).toMatchObject({ replacedBy: rotated.key.id, lastUsedAt: expect.any(String) });

    expect(await keys('revoke', rotated.key.id)).toMatchObject({ id: rotated.key.id, revokedAt: expect.any(String) });
    await delay(CACHE_TTL);
    expect(await log(rotated.text)).toEqual([401, undefined]);

    await sample.stop();
    const listed = await cli('keys', 'list', '--database', engine.url);
    for (const text of texts) expect(sample.output + listed.stdout).not.toContain(text.slice(12));
    expect(sample.output).not.toMatch(/[0-9a-f]{64}/);
  }, 60_000);

  it('the command line shows people a table, and a new key once', async () => {
    const at = ['--database', engine.url];
    const created = await run(['keys', 'create', '--name', 'for people', '--kind', 'web', ...at]);
    expect(created.exitCode).toBe(0);
    expect(created.output).toMatch(/^evl_web_\w{32}_\w{6}\n\nThis is the only time that the key is shown\.\n\nID +NAME +KEY/);
    expect(created.problem).toMatch(/^Warning: .*nowhere/);
    const [text] = created.output.split('\n');
    const listed = await run(['keys', 'list', ...at]);
    const line = listed.output.split('\n').find((line) => line.includes(text.slice(0, 12)))!;
    expect(line).toMatch(/^key_\S+ +for people +evl_web_\w{4}… +events:write +- +- +none +valid +never +never$/);
    const [id] = line.split(' ');
    const rotated = await run(['keys', 'rotate', id, ...at]);
    expect(rotated.output).toMatch(/^evl_web_\w{32}_\w{6}\n[^]*The old key stays valid for 24h/);
    const revoked = await run(['keys', 'revoke', id, ...at]);
    expect(revoked.output).toMatch(/revoked[^]*within their cacheTtl/);
    expect((await run(['keys', 'list', ...at])).output).not.toContain(text.slice(12));
  });

  it('the command line ends with 1 for a key that is not there, and for one that is not in its state', async () => {
    const at = ['--database', engine.url];
    const { output } = await run(['keys', 'create', '--name', 'n', '--kind', 'api', '--json', ...at]);
    const { text, key } = JSON.parse(output) as CreatedApiKey;
    const unknown = await run(['keys', 'revoke', text, ...at]);
    expect(unknown).toEqual({ exitCode: 1, output: '', problem: expect.stringMatching(/^There is no key with this id: list/) });
    expect(unknown.problem).not.toContain(text.slice(12));
    await run(['keys', 'revoke', key.id, ...at]);
    const revoked = await run(['keys', 'rotate', key.id, ...at]);
    expect(revoked).toEqual({ exitCode: 1, output: '', problem: expect.stringMatching(/is revoked: create a new one/) });
  });

  it('the command line ends with 3 where the table is missing, and says how to make it', async () => {
    const empty = await engine.start();
    if (engine.name === 'SQLite') await writeFile(empty.url.slice('sqlite:'.length), '');
    const ending = await run(['keys', 'list', '--database', empty.url]);
    expect(ending).toEqual({
      exitCode: 3,
      output: '',
      problem: expect.stringMatching(/no table for keys.*`migrationsRun: true`/),
    });
    await empty.stop();
  });
});

describe('The command line', () => {
  const url = 'sqlite:none.sqlite';

  it.each([
    [['--help']],
    [['keys', '--help']],
    ...['create', 'list', 'rotate', 'revoke'].map((name) => [['keys', name, '--help']]),
  ])('the command line explains itself: %j', async (args) => {
    const { exitCode, output, problem } = await run(args);
    expect({ exitCode, problem }).toEqual({ exitCode: 0, problem: '' });
    expect(output).toMatch(/^Usage: nestjs-event-log keys/);
    if (args.length > 1) expect(output).toMatch(/Exit codes:\n +0 .*\n +1 .*\n +2 .*\n +3 /);
  });

  const misuses: [args: string[], message: RegExp][] = [
    [[], /Expected a command.*--help/],
    [['secret'], /Expected a command.*--help/],
    [['keys'], /Expected keys create, list, rotate or revoke.*--help/],
    [['keys', 'secret'], /Expected keys create, list, rotate or revoke.*--help/],
    [['keys', 'constructor'], /Expected keys create, list, rotate or revoke.*--help/],
    [['keys', 'list'], /keys list needs --database/],
    [['keys', 'list', '--database'], /--database/],
    [['keys', 'list', '--databse', 'mysql://u:secret@h'], /Unknown option '--databse'/],
    [['keys', 'list', '--databse=mysql://u:secret@h'], /Unknown option '--databse'/],
    [['keys', 'list', 'mysql://u:secret@h', '--database', url], /keys list takes nothing but options and got 1/],
    [['keys', 'list', '--name', 'n', '--database', url], /Unknown option '--name'/],
    [['keys', 'revoke', '--database', url], /keys revoke takes one id of a key.*got 0/],
    [['keys', 'revoke', 'a', 'b', '--database', url], /keys revoke takes one id of a key.*got 2/],
    [['keys', 'rotate', 'a', '--grace', 'a day', '--database', url], /--grace.*24h/],
    [['keys', 'create', '--kind', 'web', '--database', url], /keys create needs --name/],
    [['keys', 'create', '--name', 'n', '--database', url], /keys create needs --kind/],
    [['keys', 'create', '--name', 'n', '--kind', 'page', '--database', url], /`kind`.*'web' or 'api'/],
    [['keys', 'create', '--name', 'n', '--kind', 'api', '--expires', 'soon', '--database', url], /`expiresAt`/],
    [['keys', 'create', '--name', 'n', '--kind', 'api', '--origin', 'a.b', '--database', url], /`allowedOrigins\[0\]`/],
    [['keys', 'list', '--database', 'oracle://u:secret@h/d'], /sqlite:<file>, postgres:\/\/… or mysql:\/\/…/],
    [['keys', 'list', '--database', 'postgres://u:se#secret@h/d'], /percent-encoded/],
    [['keys', 'list', '--database', 'secret'], /sqlite:<file>, postgres:\/\/… or mysql:\/\/…/],
  ];
  it.each(misuses)('the command line ends with 2 for the usage %j', async (args, message) => {
    const { exitCode, output, problem } = await run(args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(problem).toMatch(message);
    expect(problem).not.toContain('secret');
    expect(problem.trim().split('\n')).toHaveLength(1);
  });

  it.each(['postgres://u:secret@127.0.0.1', 'mysql://u:secret@127.0.0.1', 'postgres://u:p@secret@127.0.0.1'])(
    'the command line ends with 3 where nobody listens, without the password of %s',
    async (server) => {
      const { exitCode, output, problem } = await run(['keys', 'list', '--database', `${server}:${await freePort()}/d`]);
      expect({ exitCode, output }).toEqual({ exitCode: 3, output: '' });
      expect(problem).toMatch(/can't be reached \(\w+\)/);
      expect(problem).not.toContain('secret');
    },
  );

  it('the command line ends with 3 where there is no such file, and makes none', async () => {
    const ending = await run(['keys', 'list', '--database', url]);
    expect(ending).toEqual({ exitCode: 3, output: '', problem: expect.stringMatching(/file of the database does not exist/) });
    expect((await run(['keys', 'list', '--database', url])).exitCode).toBe(3);
  });

  it.each(['TEST_POSTGRES_URL', 'TEST_MYSQL_URL'])(
    'the command line ends with 3 where the server of %s has no such database',
    async (name) => {
      const server = process.env[name];
      if (!server) return console.warn(`Not tested: set ${name}`);
      const missing = Object.assign(new URL(server), { pathname: '/event_log_none' }).href;
      const { exitCode, problem } = await run(['keys', 'list', '--database', missing]);
      expect({ exitCode, problem }).toEqual({ exitCode: 3, problem: expect.stringMatching(/no database of this name/) });
    },
  );

  it('the command line ends with 3 where the table lacks a column', async () => {
    const database = await startSqlite();
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    await dataSource.query('ALTER TABLE event_log_api_keys DROP COLUMN last_used_at');
    await dataSource.destroy();
    const { exitCode, problem } = await run(['keys', 'list', '--database', database.url]);
    expect({ exitCode, problem }).toEqual({ exitCode: 3, problem: expect.stringMatching(/no table for keys/) });
    await database.stop();
  });
});
