import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import type { StoredEvent } from 'nestjs-event-log';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { run } from '../lib/cli/run.js';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newRecord } from './utils/events.js';

describeEngines('The command line with events', (engine) => {
  let folder: string;
  const cli = (...args: string[]) => cliAt(false, ...args);
  const cliAt = async (isShown: boolean, ...args: string[]) => {
    const written: string[] = [];
    const terminal = { write: (text: string) => Promise.resolve(void written.push(text)), isShown };
    const { exitCode, output, problem } = await run(['events', ...args], { DATABASE_URL: engine.url }, terminal);
    return { exitCode, output: written.join('') + output, problem };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'event-log-cli-'));
    const source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    const repository = new TypeOrmEventRepository(source);
    await repository.onModuleInit();
    await repository.insert([
      newRecord({ id: 'm1', messageId: 'msg\u001b[2J', projectId: 'p1', createdAt: '2026-01-01T00:00:00.000Z' }),
      newRecord({ id: 's1', entityType: 'search', searchQuery: 'nest', type: 'searched', createdAt: '2026-01-02T00:00:00.000Z' }),
      newRecord({
        id: 's2',
        entityType: 'search',
        searchQuery: 'x'.repeat(500),
        userProperties: { id: 7 },
        createdAt: '2026-01-03T00:00:00.000Z',
      }),
    ]);
    await source.destroy();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('lists the newest first, a line each, with nothing in it that moves the cursor of a terminal', async () => {
    const { exitCode, output } = await cli('list');
    expect(exitCode).toBe(0);
    expect(output.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual(['ID', 's2', 's1', 'm1', '']);
    expect(output).toContain(String.raw`msg\u001b[2J`);
    expect(Math.max(...output.split('\n').map(({ length }) => length))).toBeLessThan(200);
  });

  it.each([
    [
      ['--entity-type', 'search'],
      ['s2', 's1'],
    ],
    [['--type', 'searched'], ['s1']],
    [['--project', 'p1'], ['m1']],
    [['--user', '7'], ['s2']],
    [['--from', '2026-01-02', '--to', '2026-01-03'], ['s1']],
    [['--from', '2030-01-01'], []],
  ])('lists by %j', async (filter, ids) => {
    const { output } = await cli('list', ...filter, '--json');
    expect((JSON.parse(output) as { data: StoredEvent[] }).data.map(({ id }) => id)).toEqual(ids);
  });

  it('goes on where a page ended', async () => {
    const first = await cli('list', '--limit', '2');
    const [, cursor] = /--cursor (\S+)/.exec(first.output) ?? [];
    const second = await cli('list', '--limit', '2', '--cursor', cursor);
    expect([first.output.match(/ s[12]$/gm), second.output.match(/ m1$/gm)]).toEqual([[' s2', ' s1'], [' m1']]);
    expect((await cli('list', '--cursor', cursor, '--type', 'searched')).problem).toMatch(
      /^--cursor must be the one that a page of the same options ended with/,
    );
  });

  it('answers a query as a table, and as JSON for programs', async () => {
    const query = JSON.stringify({
      select: [
        { type: 'field', field: 'eventType' },
        { type: 'aggregation', aggregation: 'count' },
      ],
    });
    expect((await cli('query', query)).output).toMatch(/^eventType +count\nsearch +2\nmessage +1\n$/);
    expect(JSON.parse((await cli('query', query, '--json')).output)).toMatchObject({
      total: 2,
      result: [{ count: 2 }, { count: 1 }],
    });
  });

  it('tells of an answer that has more rows how to go on', async () => {
    const query = (cursor?: string) => JSON.stringify({ select: [{ type: 'field', field: 'id' }], limit: 2, cursor });
    const first = await cli('query', query());
    const [, cursor] = /^More: "cursor":"(\S+)" in the query$/m.exec(first.output) ?? [];
    expect((await cli('query', query(cursor))).output).toBe('id\nm1\n');
  });

  it('exports to a program or a new file, and leaves a file that is there as it is', async () => {
    const file = join(folder, `${engine.name}.ndjson`);
    const { output } = await cli('export', '--entity-type', 'search');
    expect(
      output
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as StoredEvent).id),
    ).toEqual(['s2', 's1']);
    expect(await cli('export', '--output', file)).toMatchObject({ exitCode: 0, output: `3 events are in ${file}\n` });
    expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(3);
    await writeFile(file, 'precious');
    expect(await cli('export', '--output', file)).toMatchObject({ exitCode: 1, problem: expect.stringMatching(/EEXIST/) });
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  it('makes no file where the options are refused', async () => {
    const file = join(folder, `${engine.name}-refused.csv`);
    expect(await cli('export', '--from', 'yesterday', '--output', file)).toMatchObject({ exitCode: 2 });
    expect(await cli('export', '--output', file)).toMatchObject({ exitCode: 0 });
  });

  it('exports CSV as over HTTP where the file is called so, or where it is asked for', async () => {
    const file = join(folder, `${engine.name}.csv`);
    expect(await cli('export', '--output', file)).toMatchObject({ exitCode: 0, output: `3 events are in ${file}\n` });
    const [head, first, ...others] = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
    expect(head).toBe(
      'id,organizationId,messageId,conversationId,createdAt,projectId,integrationId,eventType,type,searchQuery,properties.secret,userProperties.id',
    );
    expect([first, ...others].map((line) => line.split(',')[0])).toEqual(['s2', 's1', 'm1']);
    expect(first).toMatch(/^s2,,m1,,2026-01-03T00:00:00\.000Z,p,,search,message:copied,x{500},SECRET,7$/);
    const { output } = await cli('export', '--format', 'csv', '--user', '7', '--from', '2026-01-01', '--to', '2026-02-01');
    expect(output.trimEnd().split('\r\n').slice(1)).toEqual([first]);
    const lines = join(folder, `${engine.name}-lines.csv`);
    await cli('export', '--format', 'ndjson', '--type', 'searched', '--output', lines);
    expect(JSON.parse(await readFile(lines, 'utf8'))).toMatchObject({ id: 's1' });
  });

  it('exports from a date on while people look at its progress', async () => {
    const file = join(folder, `${engine.name}-shown.ndjson`);
    const { exitCode, output } = await cliAt(true, 'export', '--from', '2026-01-02', '--output', file, '--json');
    expect([exitCode, JSON.parse(output)]).toEqual([0, { count: 2 }]);
  });

  it.each([
    [['list', '--limit', 'many'], 2, /^Expected --limit/],
    [['list', '--limit', '0'], 2, /^--limit must be an integer from 1 to 1000\.$/m],
    [
      ['list', '--from', 'yesterday'],
      2,
      /^--from must be an RFC 3339.*, or a date such as 2026-01-31, which begins at midnight in UTC\.$/m,
    ],
    [['list', '--from', '2026-01-02', '--to', '2026-01-01'], 2, /^--from must not be later than --to\.$/m],
    [['list', '--user', ''], 2, /^--user must not be empty/],
    [['export', '--to', 'tomorrow'], 2, /^--to must be an RFC 3339/],
    [['export', '--format', 'csv', '--to', 'tomorrow'], 2, /^--to must be an RFC 3339/],
    [['export', '--format', 'xml'], 2, /^Expected --format to be ndjson or csv\.$/m],
    [['export', '--format', 'toString'], 2, /^Expected --format to be/],
    [['export', '--json'], 2, /^Expected --json with --output/],
    [['query', 'select *'], 2, /^Expected the query to be a JSON object/],
    [['query', '{"limt":1}'], 1, /^The member `limt` is unknown: known are/],
    [['query'], 2, /takes one query/],
    [['burn'], 2, /^Expected events list, query, export/],
  ])('refuses %j in a sentence', async (args, exitCode, problem) => {
    expect(await cli(...args)).toEqual({ exitCode, output: '', problem: expect.stringMatching(problem) });
  });
});
