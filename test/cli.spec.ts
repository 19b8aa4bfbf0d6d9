import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../lib/cli/run.js';
import { ApiKeyEntity, type CreatedApiKey, type StoredApiKey } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { clientOf } from './utils/client.js';
import type { Adapter } from './utils/create-app.js';
import { administer, dataSourceOptions, startSqlite } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newMessage } from './utils/events.js';
import { freePort } from './utils/free-port.js';

// Both built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');
const SAMPLE = resolve('dist/sample/01-basic/main.js');
const CACHE_TTL = 500;

/** Each adapter once, and each engine: what the one does with keys does not depend on the other. */
const ADAPTER_OF = { SQLite: 'express', PostgreSQL: 'fastify', 'MySQL or MariaDB': 'express' } as const;

/** What a name could do to a terminal. */
const HOSTILE = 'a\u001b[2J\r\n\u0007\u007f\u009b31m\u202e\u2066\u200f\u2028b';
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

interface Ending {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The command line in a process of its own, which finds the database in its environment. */
const cli = (databaseUrl: string, ...args: string[]) => cliAt(CLI, databaseUrl, ...args);

function cliAt(path: string, databaseUrl: string, ...args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    const child = execFile(process.execPath, [path, ...args], { env }, (_error, stdout, stderr) => {
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
      const { exitCode, stdout, stderr } = await cli(engine.url, 'keys', ...args, '--json');
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

    const held = await make('create', '--name', 'held', '--kind', 'api', '--entity-type', 'search', '--entity-type', 'order');
    expect(held.key).toMatchObject({ entityTypes: ['search', 'order'] });
    expect((await log(held.text))[0]).toBe(403);
    expect((await client.log(undefined, { key: held.text })).status).toBe(200);

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
    const listed = await cli(engine.url, 'keys', 'list');
    expect(listed.stdout.split('\n').find((line) => line.startsWith(held.key.id))).toMatch(/ - +- +search,order +none +valid /);
    for (const text of texts) expect(sample.output + listed.stdout).not.toContain(text.slice(12));
    expect(sample.output).not.toMatch(/[0-9a-f]{64}/);
  });

  it('the command line shows people a table, and a new key once', async () => {
    const at = ['--database', engine.url];
    const created = await run(['keys', 'create', '--name', 'for people', '--kind', 'web', '--origin', '*', ...at]);
    expect(created).toMatchObject({ exitCode: 0, problem: '' });
    expect(created.output).toMatch(/^evl_web_\w{32}_\w{6}\n\nThis is the only time that the key is shown\.\n\nID +NAME +KEY/);
    const [text] = created.output.split('\n');
    const listed = await run(['keys', 'list', ...at]);
    const line = listed.output.split('\n').find((line) => line.includes(text.slice(0, 12)))!;
    expect(line).toMatch(/^key_\S+ +for people +evl_web_\w{4}… +events:write +- +- +all +\* +valid +never +never$/);
    const [id] = line.split(' ');
    const rotated = await run(['keys', 'rotate', id, ...at]);
    expect(rotated.output).toMatch(/^evl_web_\w{32}_\w{6}\n[^]*The old key stays valid for 24h/);
    const revoked = await run(['keys', 'revoke', id, ...at]);
    expect(revoked.output).toMatch(/revoked[^]*within their cacheTtl/);
    expect((await run(['keys', 'list', ...at])).output).not.toContain(text.slice(12));
  });

  it('the command line finds the database in DATABASE_URL, or in the variable that is named, and --database comes first', async () => {
    const list = (args: string[], env?: Record<string, string>) => run(['keys', 'list', '--json', ...args], env);
    const wrong = 'sqlite:none.sqlite';
    const endings = await Promise.all([
      list([], { DATABASE_URL: engine.url }),
      list(['--database', 'env:KEYS'], { KEYS: engine.url, DATABASE_URL: wrong }),
      list(['--database', engine.url], { DATABASE_URL: wrong }),
    ]);
    expect(endings.map(({ exitCode, problem }) => [exitCode, problem])).toEqual(Array(3).fill([0, '']));
    expect((await list(['--database', 'env:KEYS'], { KEYS: wrong, DATABASE_URL: engine.url })).exitCode).toBe(3);
  });

  it('the command line keeps to the table that the data source of the host names by its entityPrefix and its schema', async () => {
    const own = await engine.start();
    const more = { entityPrefix: 'app_', ...(engine.name === 'PostgreSQL' && { schema: 'logging' }) };
    if (engine.name === 'PostgreSQL') await administer(own.url, 'CREATE SCHEMA logging');
    await (await new DataSource(dataSourceOptions(own.url, more)).initialize()).destroy();
    const options = ['--database', own.url, '--entity-prefix', 'app_', ...('schema' in more ? ['--schema', 'logging'] : [])];
    const created = await run(['keys', 'create', '--name', 'prefixed', '--kind', 'api', '--json', ...options]);
    expect(created).toMatchObject({ exitCode: 0, problem: '' });
    const { key } = JSON.parse(created.output) as CreatedApiKey;
    const listed = await run(['keys', 'list', '--json', ...options]);
    expect(JSON.parse(listed.output)).toMatchObject([{ id: key.id, state: 'valid' }]);
    expect(await run(['keys', 'list', '--database', own.url])).toMatchObject({ exitCode: 3 });
    await own.stop();
  });

  const spoilt: [what: string, change: string, field: string][] = [
    ['scopes that are no list', `scopes = '{}'`, 'scopes'],
    ['origins that are a number', `allowed_origins = '5'`, 'allowedOrigins'],
    ['entity types that are a text', `entity_types = '"search"'`, 'entityTypes'],
    ['a kind that nobody knows', `kind = 'root'`, 'kind'],
    ...(engine.name === 'PostgreSQL'
      ? ([['an expiry at the end of time', `expires_at = 'infinity'`, 'expiresAt']] as const).map(
          ([...row]): [string, string, string] => row,
        )
      : ['created_at', 'expires_at', 'revoked_at', 'last_used_at'].map((column): [string, string, string] => [
          `${column} in words`,
          `${column} = 'soon'`,
          column.replace(/_./g, ([, letter]) => letter.toUpperCase()),
        ])),
  ];
  it.each(spoilt)(
    'the command line lists a key with %s as unreadable, never as one without limits',
    async (_what, change, field) => {
      const at = ['--database', engine.url];
      const { output } = await run(['keys', 'create', '--name', 'spoilt', '--kind', 'api', '--json', ...at]);
      const { id } = (JSON.parse(output) as CreatedApiKey).key;
      await administer(engine.url, `UPDATE event_log_api_keys SET ${change} WHERE id = '${id}'`);
      const listed = await run(['keys', 'list', ...at]);
      expect(listed).toMatchObject({ exitCode: 0, problem: '' });
      expect(listed.output.split('\n').find((line) => line.startsWith(id))).toMatch(/ unreadable /);
      const rows = JSON.parse((await run(['keys', 'list', '--json', ...at])).output) as StoredApiKey[];
      expect(rows.find((key) => key.id === id)).toMatchObject({ state: 'unreadable', [field]: expect.anything() });
    },
  );

  it('the command line shows what the table holds without moving the cursor, beginning a line or turning a text round', async () => {
    const at = ['--database', engine.url];
    const { output } = await run(['keys', 'create', '--name', 'harmless', '--kind', 'api', '--json', ...at]);
    const { id } = (JSON.parse(output) as CreatedApiKey).key;
    const dataSource = await new DataSource(dataSourceOptions(engine.url)).initialize();
    await dataSource.getRepository(ApiKeyEntity).update(id, { name: HOSTILE, projectId: HOSTILE, allowedOrigins: [HOSTILE] });
    await dataSource.destroy();
    const listed = await run(['keys', 'list', ...at]);
    expect(listed.output).not.toMatch(UNPRINTABLE);
    const line = listed.output.split('\n').find((line) => line.startsWith(id))!;
    expect(line.split('a\\u001b[2J')).toHaveLength(4);
    const json = (await run(['keys', 'list', '--json', ...at])).output;
    expect(json).not.toMatch(UNPRINTABLE);
    expect((JSON.parse(json) as StoredApiKey[]).find((key) => key.id === id)).toMatchObject({
      name: HOSTILE,
      projectId: HOSTILE,
    });
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
    [['events', '--help']],
    ...['list', 'query', 'export'].map((name) => [['events', name, '--help']]),
    ...['status', 'up'].map((name) => [['migrate', name, '--help']]),
  ])('the command line explains itself: %j', async (args) => {
    const { exitCode, output, problem } = await run(args);
    expect({ exitCode, problem }).toEqual({ exitCode: 0, problem: '' });
    expect(output).toMatch(/^Usage: nestjs-event-log (?:<keys\|events\||keys|events|migrate)/);
    if (args.length > 1) expect(output).toMatch(/--database <url>[^]*DATABASE_URL[^]*--schema[^]*--entity-prefix/);
    expect(output).toMatch(/Exit codes:\n +0 .*\n +1 .*\n +2 .*\n +3 .*\n +70 /);
  });

  it.each([
    [[], '--help'],
    [['keys'], 'keys --help'],
    [['events'], 'events --help'],
  ])('shows its help, and fails, where nothing more is asked of it than %j', async (args, help) => {
    const { output } = await run(help.split(' '));
    expect(await run(args)).toEqual({ exitCode: 2, output: '', problem: output });
  });

  const misuses: [args: string[], message: RegExp][] = [
    [['secret'], /Expected a command.*--help/],
    [['keys', 'secret'], /Expected keys create, list, rotate or revoke.*--help/],
    [['keys', 'constructor'], /Expected keys create, list, rotate or revoke.*--help/],
    [['keys', 'list'], /^Set DATABASE_URL, or give --database or --data-source: see --help\.$/m],
    [['keys', 'list', '--database'], /^Expected a value after --database: see --help\.$/m],
    [['keys', 'list', '--database', '--json'], /^Expected a value after --database: see --help\.$/m],
    [['keys', 'list', '--database', 'env:secret'], /^The variable that --database env:<name> names is not set: see --help\.$/m],
    [['keys', 'list', '--json=secret', '--database', url], /^Expected no value of --json: see --help\.$/m],
    [['keys', 'list', '--database', 'mysql://u:secret@h', '--schema', 's'], /^Expected --schema with PostgreSQL alone/],
    [['keys', 'list', '--database', 'mysql://u:secret@h', '--database', url], /^Expected --database once: see --help\.$/m],
    [
      ['events', 'purge', '--older-than', '9d', '--project', 'secret', '--project=secret2', '--database', url],
      /^Expected --project once: see --help\.$/m,
    ],
    [['keys', 'list', '--\u001b[2J', '--database', url], /^Unknown option '--\\u001b\[2J'/],
    [['keys', 'list', '--databse', 'mysql://u:secret@h'], /Unknown option '--databse'/],
    [['keys', 'list', '--databse=mysql://u:secret@h'], /Unknown option '--databse'/],
    [['keys', 'list', 'mysql://u:secret@h', '--database', url], /keys list takes nothing but options and got 1/],
    [['keys', 'list', '--name', 'n', '--database', url], /Unknown option '--name'/],
    [['keys', 'revoke', '--database', url], /keys revoke takes one id of a key.*got 0/],
    [['keys', 'revoke', 'a', 'b', '--database', url], /keys revoke takes one id of a key.*got 2/],
    ...['a day', '-1s', '1', '1.5h', '1q', '-', ''].map((grace): [string[], RegExp] => [
      ['keys', 'rotate', 'a', '--grace', grace, '--database', url],
      /^Expected --grace to be a duration such as 0s, 30m, 24h or 7d\.$/m,
    ]),
    [['keys', 'create', '--kind', 'web', '--database', url], /keys create needs --name/],
    [['keys', 'create', '--name', 'n', '--database', url], /keys create needs --kind/],
    [['keys', 'create', '--name', 'n', '--kind', 'web', '--database', url], /^A web key needs --origin/],
    [['keys', 'create', '--name', 'n', '--kind', 'page', '--database', url], /^Expected --kind to be 'web' or 'api'\.$/m],
    ...['soon', '-1d', '5', '', '31.01.2030'].map((expires): [string[], RegExp] => [
      ['keys', 'create', '--name', 'n', '--kind', 'api', '--expires', expires, '--database', url],
      /^Expected --expires to be a time such as 2030-01-31T00:00:00Z or a duration such as 90s, 30m, 24h or 90d\.$/m,
    ]),
    [
      ['keys', 'create', '--name', 'n', '--kind', 'api', '--expires', '2030-01-31T00:00:00', '--database', url],
      /^Expected --expires to be .*with an offset/,
    ],
    [
      ['keys', 'create', '--name', 'n', '--kind', 'api', '--expires', '0s', '--database', url],
      /^Expected --expires to be in the future/,
    ],
    [
      ['keys', 'create', '--name', 'n', '--kind', 'api', '--origin', 'a.b', '--database', url],
      /^Expected --origin to be an origin/,
    ],
    [
      ['keys', 'create', '--name', 'n', '--kind', 'api', '--entity-type', 'two words', '--database', url],
      /^Expected --entity-type to be the name of an entity type/,
    ],
    [['migrate', 'up', '--with', 'secret', '--database', url], /^Expected --with to be one of consumers, /m],
    [['keys', 'list', '--database', 'oracle://u:secret@h/d'], /sqlite:<file>, postgres:\/\/… or mysql:\/\/…/],
    [['keys', 'list', '--database', 'postgres://u:se#secret@h/d'], /percent-encoded/],
    [['keys', 'list', '--database', 'postgres://u:100%secret@h/d'], /percent-encoded/],
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

  it('the command line tells its version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await cli('', '--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('the command line ends with 3 and a sentence where a package of the host is missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'event-log-cli-'));
    await cp(dirname(dirname(CLI)), folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const ending = await cliAt(join(folder, 'cli/main.js'), '', 'keys', 'list');
    await rm(folder, { recursive: true });
    const stderr = expect.stringMatching(
      /^The package @nestjs\/common is missing: run this where your application is installed\.\n$/,
    );
    expect(ending).toEqual({ exitCode: 3, stdout: '', stderr });
  });

  it('the command line ends with 3 where there is no such file, and makes none', async () => {
    const ending = await run(['keys', 'list', '--database', url]);
    const problem = `The file of the database does not exist; migrate up makes it: ${resolve('none.sqlite')}\n`;
    expect(ending).toEqual({ exitCode: 3, output: '', problem });
    expect((await run(['keys', 'list', '--database', url])).exitCode).toBe(3);
  });

  it.each([
    ['a folder', (path: string) => mkdir(path)],
    ['no database', (path: string) => writeFile(path, 'a text '.repeat(1_000))],
  ])('the command line ends with 3 where the file is %s, and names it', async (_what, make) => {
    const folder = await mkdtemp(join(tmpdir(), 'event-log-cli-'));
    const path = join(folder, 'events\u001b[2J.sqlite');
    await make(path);
    const { exitCode, output, problem } = await run(['keys', 'list', '--database', `sqlite:${path}`]);
    await rm(folder, { recursive: true });
    expect({ exitCode, output }).toEqual({ exitCode: 3, output: '' });
    expect(problem).toMatch(/^The file can't be opened as a database of SQLite \(SQLITE_\w+\): .*events\\u001b\[2J\.sqlite\n$/);
  });

  it('the command line ends with 70 and one line, without a stack or what was given, where an error is unexpected', async () => {
    const env = {
      get DATABASE_URL(): string {
        throw new RangeError(`Invalid secret in\n${import.meta.url}`);
      },
    };
    const ending = await run(['keys', 'list'], env);
    expect(ending).toEqual({ exitCode: 70, output: '', problem: 'Unexpected error: RangeError.\n' });
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
