import { ServiceUnavailableException } from '@nestjs/common';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import type { Keyset } from '../../lib/storage/reading/event-query.interface.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { GeneratedQuestions } from './generated-questions.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 12;
/** 10⁴ on each engine: a run has four requests. */
const RUNS = 2_500;

const FRAGMENTS = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    "\\'",
    "''",
    "' OR '1'='1",
    "' OR 1=1 -- ",
    '" OR ""="',
    "') OR TRUE --",
    '1; DROP TABLE event_log_events; --',
  ],
  ...[
    "'; DELETE FROM event_log_events; --",
    "x' UNION SELECT secret FROM event_log_events --",
    '/*',
    '*/',
    '#',
    '--',
    ';',
    '$1',
    '?',
    '??',
  ],
  ...[
    ':a',
    '@@version',
    '%',
    '_',
    '{}',
    '$$',
    '$."a"',
    '"."',
    '$[*]',
    '$**',
    "{a}'",
    '}',
    'NULL',
    '\0',
    "\0'",
    '\ud800',
    '\udfff"',
  ],
  ...[
    'e.project_id',
    'theirs',
    'a',
    '',
    '\u2019',
    '\u02bc',
    '-1',
    "-'",
    '\b',
    '\x1a',
    '\n',
    "\\\0'",
    '0x27',
    "E'\\''",
    'sleep(9)',
  ],
];
const TIMES = ['2026-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-06-01T00:00:00+02:00'];
const QUESTIONS = new GeneratedQuestions(FRAGMENTS, TIMES);

/** What a cursor from outside may hold in place of a keyset. */
const KEYSETS = fc.array(fc.oneof(QUESTIONS.text, fc.constantFrom(...TIMES), fc.constantFrom(null, 0, -1, 1e308, 0.5)), {
  maxLength: 5,
});

describeEngines('Hostile questions', (engine) => {
  let source: DataSource;
  let reader: TypeOrmEventReader;
  const events = [
    ...FRAGMENTS.map((text, index) => ({ id: `mine ${index}`, projectId: 'mine', properties: { [safe(text)]: safe(text) } })),
    ...FRAGMENTS.map((text, index) => ({
      id: `theirs ${index}`,
      projectId: 'theirs',
      type: 'of another project',
      properties: { a: safe(text) },
    })),
  ];

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
    await new TypeOrmEventRepository(source).insert(events.map((fields) => newEvent(fields)));
  }, 60_000);

  afterAll(async () => {
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  const content = () => source.query('SELECT * FROM event_log_events ORDER BY project_key, id');

  /** What a question answers; undefined for one that is refused in words. Every other error fails the test. */
  async function answered<T>(question: Promise<T>): Promise<T | undefined> {
    return question.catch((error: unknown) => {
      if (error instanceof QueryRefusal || error instanceof RangeError) return undefined;
      throw error;
    });
  }

  it('answer events of their scope alone, are refused in words or answered, and change nothing', async () => {
    const before = await content();
    const scope = { projectId: 'mine' };
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        ...([QUESTIONS.condition(), QUESTIONS.query(), fc.option(KEYSETS, { nil: undefined }), QUESTIONS.text] as const),
        async (where, asked, after, id) => {
          const page = await answered(reader.list({ scope, where, limit: 100, after: after as Keyset }, OPTIONS));
          const answer = await answered(reader.query({ scope, where, ...asked, limit: 100, after, counted: true }, OPTIONS));
          const keys = await answered(reader.keys({ scope, where, field: 'properties', limit: 100 }, OPTIONS));
          const byId = await answered(reader.find(id, { ...scope, integrationId: id }, OPTIONS));
          found += page?.events.length ?? 0;
          expect([...(page?.events ?? []), ...(byId ?? [])].filter(({ projectId }) => projectId !== 'mine')).toEqual([]);
          expect(JSON.stringify([answer, keys])).not.toContain('of another project');
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(found).toBeGreaterThan(RUNS);
    expect(await content()).toEqual(before);
  }, 300_000);

  it('of scopes and time zones are refused in words or answered, too', async () => {
    const day = (timezone: string) => ({ kind: 'time', unit: 'day', timezone }) as const;
    for (const text of FRAGMENTS) {
      const query = { where: { and: [] }, select: [day(text)], groupBy: [day(text)], orderBy: [], limit: 10, counted: false };
      expect(await answered(reader.query({ ...query, scope: { projectId: 'mine' } }, OPTIONS))).toBe(undefined);
      for (const scope of [{ projectId: text }, { integrationId: text }, { entityTypes: [text] }]) {
        const page = await answered(reader.list({ scope, where: { or: [{ and: [] }] }, limit: 100 }, OPTIONS));
        expect(page?.events.filter(({ projectId }) => projectId !== text)).toEqual([]);
      }
    }
  }, 60_000);

  it('find what they name, else the tests before prove nothing', async () => {
    const where = { operand: { field: 'properties', path: ["' OR 1=1 -- "] }, operator: 'in', values: ["' OR 1=1 -- "] } as const;
    const { events: found } = await reader.list({ scope: { projectId: 'mine' }, where, limit: 10 }, OPTIONS);
    expect(found.map(({ id }) => id)).toEqual([`mine ${FRAGMENTS.indexOf("' OR 1=1 -- ")}`]);
  });

  it('of a store that is gone are told so without SQL or data', async () => {
    const gone = await new DataSource(dataSourceOptions(engine.url, { migrationsRun: false })).initialize();
    const late = new TypeOrmEventReader(gone);
    await gone.destroy();
    const error = await late.find("'secret'", {}, { timeoutMs: 2_000 }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ServiceUnavailableException);
    expect(String((error as Error).cause)).not.toMatch(/secret|SELECT/);
  });
});

/** As an event has it. */
function safe(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
