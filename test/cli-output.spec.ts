import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines, type Engine } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';

// Built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');
/** More than a pipe holds. */
const EVENTS = 2_500;

/** To Node, the package is not installed. */
const HOOK = `export const resolve = (specifier, context, next) => {
  if (specifier.startsWith('csv-stringify')) throw new Error('Cannot find package');
  return next(specifier, context);
}`;
const urlOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const WITHOUT_CSV = urlOf(`import { register } from 'node:module'; register(${JSON.stringify(urlOf(HOOK))})`);
/** The error output is a terminal. */
const TERMINAL = urlOf('process.stderr.isTTY = true');

// One engine, as none has a part in it.
describeEngines('The output of the command line', outputSpecs, ['PostgreSQL']);

function outputSpecs(engine: Engine): void {
  let folder: string;
  /** What is written where a shell runs the command with these arguments, and what its status is. */
  const inShell = (args: string, redirected = '', { status = '${PIPESTATUS[0]}', before = '', more = {} } = {}) =>
    new Promise<string[]>((resolve) => {
      const command = `${before} "$0" "$1" ${args} ${redirected}; echo ${status}`;
      const env = { ...process.env, ...more, DATABASE_URL: engine.url };
      execFile('bash', ['-c', command, process.execPath, CLI], { env }, (_error, stdout, stderr) => resolve([stdout, stderr]));
    });

  beforeAll(async () => {
    const source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    const repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
    await repository.insert(Array.from({ length: EVENTS }, (_, i) => newRecord({ id: `e${i}` })));
    const properties = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, 1]));
    await repository.insert([newRecord({ projectId: 'wide', properties })]);
    await source.destroy();
    folder = await mkdtemp(join(tmpdir(), 'event-log-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('an export ends as by SIGPIPE, without a word, where nobody reads on', async () => {
    const [stdout, stderr] = await inShell('events export', '| head -2');
    expect(stderr).toBe('');
    const [first, second, ...rest] = stdout.trimEnd().split('\n');
    expect([JSON.parse(first), JSON.parse(second), rest]).toEqual([expect.anything(), expect.anything(), ['141']]);
  });

  it.each(['--help', '--version', 'events list', 'events list --json', "events query '{}'", 'keys create --name a --kind api'])(
    '%s ends in the same way',
    async (args) => {
      expect(await inShell(args, '| true')).toEqual(['141\n', '']);
    },
  );

  it('a refusal that nobody hears keeps its exit code', async () => {
    expect(await inShell('events purge', '2>&1 | true')).toEqual(['2\n', '']);
  });

  it.each(['keys create --name a --kind api', 'events export'])(
    '%s ends with 70 and one line where a disk is full',
    async (args) => {
      expect(await inShell(args, '> /dev/full', { status: '$?' })).toEqual([
        '70\n',
        'The output could not be written (ENOSPC).\n',
      ]);
    },
  );

  it('an export to a file for which there is no room says so, and leaves no short one', async () => {
    const file = join(folder, 'full.ndjson');
    const before = "trap '' XFSZ; ulimit -f 100;";
    const [stdout, stderr] = await inShell(`events export --output ${file}`, '', { before });
    expect([stdout, stderr]).toEqual(['70\n', 'The file of --output could not be written (EFBIG), and is removed.\n']);
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('an export to CSV says what to install where csv-stringify is missing, and makes no file', async () => {
    const file = join(folder, 'none.csv');
    const more = { NODE_OPTIONS: `--import ${WITHOUT_CSV}` };
    const said = 'CSV needs one more package: npm install csv-stringify, or give --format ndjson.\n';
    expect(await inShell(`events export --output ${file}`, '', { more })).toEqual(['3\n', said]);
    await expect(access(file)).rejects.toThrow('ENOENT');
    const [stdout] = await inShell(`events export --format ndjson --output ${file}`, '', { more });
    expect(stdout).toBe(`${EVENTS + 1} events are in ${file}\n0\n`);
  });

  it('an export to CSV of more keys than it has columns is refused with the way out', async () => {
    const said = 'properties has more than 1000 keys, too many for columns of CSV: give --format ndjson.\n';
    expect(await inShell('events export --format csv --project wide')).toEqual(['2\n', said]);
  });

  it('a purge of nothing draws no bar where people look', async () => {
    expect(
      await inShell('events purge --older-than 90d --project nobody --yes', '', {
        more: { NODE_OPTIONS: `--import ${TERMINAL}` },
      }),
    ).toEqual(['0 events were removed.\n0\n', '']);
  });

  it('a bar of which nothing is done yet does not guess the time that is left', async () => {
    const { href } = pathToFileURL(resolve('dist/esm/cli/progress.js'));
    const code = `const bar = await (await import('${href}')).progressOf(true, async () => 10); bar.update(0); bar.stop();`;
    const { stderr } = await promisify(execFile)(process.execPath, ['--import', TERMINAL, '--input-type=module', '--eval', code]);
    expect(stderr).toContain('0 of 10 events | ? left');
    expect(stderr).not.toContain('NFs');
  });
}
