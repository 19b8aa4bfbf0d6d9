import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines, type Engine } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';

// Built by `npm run build:sample`, which `npm test` does first.
const CLI = resolve('dist/esm/cli/main.js');
/** More than a pipe holds. */
const EVENTS = 2_500;

// One engine, as none has a part in it.
describeEngines('The output of the command line', outputSpecs, ['SQLite']);

function outputSpecs(engine: Engine): void {
  /** What is written where a shell runs the command with these arguments, and what its status is. */
  const inShell = (args: string, redirected: string, status = '${PIPESTATUS[0]}') =>
    new Promise<string[]>((resolve) => {
      const command = `"$0" "$1" ${args} ${redirected}; echo ${status}`;
      const env = { ...process.env, DATABASE_URL: engine.url };
      execFile('bash', ['-c', command, process.execPath, CLI], { env }, (_error, stdout, stderr) => resolve([stdout, stderr]));
    });

  beforeAll(async () => {
    const source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    const repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
    await repository.insert(Array.from({ length: EVENTS }, (_, i) => newRecord({ id: `e${i}` })));
    await source.destroy();
  });

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
      expect(await inShell(args, '> /dev/full', '$?')).toEqual(['70\n', 'The output could not be written (ENOSPC).\n']);
    },
  );
}
