import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { eventLogConversationMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { run } from '../lib/cli/run.js';
import { dataSourceOptions, startSqlite, type TestDatabase } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { until } from './utils/until.js';

// Built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');

/** The lock of the library's migrations on PostgreSQL: "evlg". */
const MIGRATION_LOCK = 0x65766c67;

let folder: string;

// Within the project, where the files find typeorm as those of a host do.
beforeAll(async () => {
  folder = await mkdtemp(resolve('test/.data-sources-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a module, and resolves to its path. */
async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** The command line in a process of its own, which must end by itself. */
function cli(args: string[], env: Record<string, string> = {}) {
  return new Promise<{ exitCode: number | null; output: string; problem: string }>((ended) => {
    const child = execFile(process.execPath, [CLI, ...args], { env: { ...process.env, ...env } }, (_error, output, problem) =>
      ended({ exitCode: child.exitCode, output, problem }),
    );
  });
}

/** Options of the data source of a host, as a file has them. */
function optionsOf(databaseUrl: string, more: object = {}): string {
  const { type, url, database } = dataSourceOptions(databaseUrl) as unknown as Record<string, string>;
  return JSON.stringify({ type, url, database, entityPrefix: 'app_', ...more });
}

// What would do harm: a schema that is dropped, entities that are none, and migrations of the host.
const HARM = { dropSchema: true, entities: ['none/*.js'], migrations: ['none/*.js'], logging: true };

async function expectToWorkWith(file: string): Promise<void> {
  expect(await cli(['migrate', 'up', '--data-source', file])).toMatchObject({ exitCode: 0, problem: '' });
  const created = await cli(['keys', 'create', '--name', 'my-site', '--kind', 'api', '--json', '--data-source', file]);
  expect(created).toMatchObject({ exitCode: 0, problem: '' });
  expect((await cli(['keys', 'list', '--data-source', file])).output).toMatch(/ my-site +evl_api_/);
}

describeEngines('The command line with a data source of a file', (engine) => {
  it('migrates, makes a key, changes nothing else and ends', async () => {
    const source = `new DataSource(${optionsOf(engine.url, HARM)})`;
    const name = `${engine.name.replaceAll(' ', '-')}.mjs`;
    await expectToWorkWith(await fileOf(name, `import { DataSource } from 'typeorm'; export default ${source};`));
  });
});

describeEngines(
  'The command line with a data source of a file',
  (engine) => {
    it('waits for who else migrates longer than a statement of the host may take', async () => {
      const options = optionsOf(engine.url, { extra: { statement_timeout: 300 } });
      const file = await fileOf(
        'timeout.mjs',
        `import { DataSource } from 'typeorm'; export default new DataSource(${options});`,
      );
      const holder = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();
      const runner = holder.createQueryRunner();
      await runner.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
      const migrating = cli(['migrate', 'up', '--data-source', file]);
      const waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_try_advisory_lock%'";
      await until('it waits', async () => ((await runner.query(waiting)) as unknown[]).length > 0);
      await delay(1_000);
      await runner.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
      await runner.release();
      await holder.destroy();
      expect(await migrating).toMatchObject({ exitCode: 0, problem: '' });
    });
  },
  ['PostgreSQL'],
);

/** Has Node load TypeScript, by the compiler that is there, as tsx and the like do. */
const LOADER = `
import { readFile } from 'node:fs/promises';
import ts from 'typescript';
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const text = await readFile(new URL(url), 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: 'ESNext', target: 'ES2022' } });
  return { format: 'module', shortCircuit: true, source: outputText };
}`;

describe('The command line with a data source of a file', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await startSqlite();
  });
  afterEach(() => database.stop());

  it.each([
    [
      'an ES module that exports a promise, and more',
      'promise.mjs',
      (source: string) =>
        `import { DataSource } from 'typeorm'; export const port = 5432, source = Promise.resolve(${source}), none = null;`,
    ],
    [
      'a module of CommonJS that exports it twice',
      'twice.cjs',
      (source: string) =>
        `const { DataSource } = require('typeorm'); const source = ${source}; module.exports = { AppDataSource: source, default: source };`,
    ],
    [
      'a module of CommonJS that is the data source',
      'itself.cjs',
      (source: string) => `const { DataSource } = require('typeorm'); module.exports = ${source};`,
    ],
    [
      'a module that has opened it already',
      'opened.mjs',
      (source: string) => `import { DataSource } from 'typeorm'; export const source = await ${source}.initialize();`,
    ],
  ])('works with %s', async (_what, name, text) => {
    await expectToWorkWith(await fileOf(name, text(`new DataSource(${optionsOf(database.url)})`)));
  });

  it('reads TypeScript where a loader of the host does', async () => {
    const file = await fileOf(
      'source.ts',
      `import { DataSource, type DataSourceOptions } from 'typeorm';
       const options: DataSourceOptions = ${optionsOf(database.url)} as DataSourceOptions;
       export const source: DataSource = new DataSource(options);`,
    );
    await fileOf('hooks.mjs', LOADER);
    const loader = await fileOf(
      'loader.mjs',
      "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
    );
    const args = ['migrate', 'up', '--data-source', file];
    expect(await cli(args)).toMatchObject({ exitCode: 2, problem: expect.stringMatching(/--import tsx/) });
    expect(await cli(args, { NODE_OPTIONS: `--import ${loader}` })).toMatchObject({ exitCode: 0, problem: '' });
  });

  const SQLITE = "new DataSource({ type: 'better-sqlite3', database: 'none.sqlite' })";
  const faults: [what: string, text: string, problem: RegExp][] = [
    ['exports nothing', 'export {};', /export one DataSource of TypeORM, got none: /],
    ['exports options alone', "export default { type: 'postgres', password: 'secret' };", /got none: /],
    [
      'exports two',
      `import { DataSource } from 'typeorm'; export const a = ${SQLITE}, b = ${SQLITE};`,
      /export one DataSource of TypeORM, got 2 of them: /,
    ],
    [
      'imports what is not there',
      "import 'no-such-package-of-the-host';",
      /can't be loaded \(it imports no-such-package-of-the-host, /,
    ],
    ['is none of JavaScript', 'export default secret secret', /can't be loaded \(SyntaxError\)/],
    ['throws', "throw new TypeError('the secret');", /can't be loaded \(TypeError\); node .* shows why\.$/m],
    ['rejects', "export const source = Promise.reject(new TypeError('the secret'));", /can't be loaded \(TypeError\)/],
    ['throws what is no error', 'throw undefined;', /can't be loaded \(undefined\)/],
    [
      'is of another database',
      "export const source = { '@instanceof': Symbol.for('DataSource'), options: { type: 'oracle', password: 'secret' } };",
      /^Expected the data source to be of better-sqlite3, postgres, mysql, mariadb, got oracle\.$/m,
    ],
  ];
  it.each(faults)('ends with 2 where that %s, in a line without a secret', async (what, text, expected) => {
    const file = await fileOf(`${what.replaceAll(' ', '-')}.mjs`, text);
    const { exitCode, output, problem } = await run(['keys', 'list', '--data-source', file]);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(problem).toMatch(expected);
    expect(problem).not.toContain('secret');
    expect(problem.trim().split('\n')).toHaveLength(1);
  });

  it('ends with 2 where there is no such file', async () => {
    const problem = `The file of --data-source does not exist: ${resolve('none.js')}\n`;
    expect(await run(['keys', 'list', '--data-source', 'none.js'])).toEqual({ exitCode: 2, output: '', problem });
  });

  it.each(['--database', '--schema', '--entity-prefix'])('ends with 2 where %s is given as well', async (option) => {
    const problem = `Expected --data-source without ${option}: the data source says it itself.\n`;
    const ending = await run(['keys', 'list', '--data-source', 'none.js', option, 'secret']);
    expect(ending).toEqual({ exitCode: 2, output: '', problem });
  });

  it('does not make the file of a database that is not there, but to migrate it', async () => {
    const database = join(folder, 'new.sqlite');
    const source = `new DataSource(${JSON.stringify({ type: 'better-sqlite3', database })})`;
    const file = await fileOf('new.mjs', `import { DataSource } from 'typeorm'; export const source = ${source};`);
    const missing = {
      exitCode: 3,
      output: '',
      problem: `The file of the database does not exist; migrate up makes it: ${database}\n`,
    };
    expect(await run(['keys', 'list', '--data-source', file])).toEqual(missing);
    expect(await run(['migrate', 'status', '--data-source', file])).toEqual(missing);
    expect(await run(['migrate', 'up', '--data-source', file])).toMatchObject({ exitCode: 0, problem: '' });
    expect(await run(['keys', 'list', '--data-source', file])).toMatchObject({ exitCode: 0, output: 'There are no keys.\n' });
  });

  it('migrates the sets that the data source lists without being asked for them, and no others', async () => {
    const database = join(folder, 'listed.sqlite');
    const options = `type: 'better-sqlite3', database: ${JSON.stringify(database)}`;
    const listed = "[...eventLogMigrations, ...eventLogConversationMigrations, class Own1 { up() {} down() {} }, 'none/*.js']";
    const file = await fileOf(
      'listed.mjs',
      `import { DataSource } from 'typeorm';
       import { eventLogConversationMigrations, eventLogMigrations } from '${pathToFileURL(resolve('dist/esm/typeorm/index.js')).href}';
       export const source = new DataSource({ ${options}, migrations: ${listed} });`,
    );
    await (
      await new DataSource({ type: 'better-sqlite3', database, migrations: eventLogMigrations, migrationsRun: true }).initialize()
    ).destroy();
    const conversations = eventLogConversationMigrations.map(({ name }) => ({ name, of: 'conversations' }));
    const states = (state: string) => conversations.map((migration) => ({ ...migration, state }));
    const status = async () => {
      const { exitCode, output } = await run(['migrate', 'status', '--json', '--data-source', file]);
      return { exitCode, others: (JSON.parse(output) as { of: string }[]).filter(({ of }) => of !== 'events') };
    };
    expect(await status()).toEqual({ exitCode: 1, others: states('pending') });
    const up = await run(['migrate', 'up', '--json', '--data-source', file]);
    expect({ exitCode: up.exitCode, ran: JSON.parse(up.output) as unknown }).toEqual({ exitCode: 0, ran: states('done') });
    expect(await status()).toEqual({ exitCode: 0, others: states('done') });
  });
});
