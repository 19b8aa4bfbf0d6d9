import { InMemoryEventReader, QueryRefusal, timeBuckets } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { CLICKHOUSE } from '../../lib/clickhouse/reading/dialect.js';
import { copySource } from '../../lib/clickhouse/reading/copy-source.js';
import { EventSource } from '../../lib/sql/event-source.js';
import { answerOf } from '../../lib/sql/query-answer.js';
import { quotedBefore, sql, toStatement } from '../../lib/sql/sql.js';
import type {
  Condition,
  EventQuery,
  Expression,
  QueryResult,
  TimeUnit,
} from '../../lib/storage/reading/event-query.interface.js';
import { newRecord } from '../utils/events.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openTables } from './engine.js';

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
/** The first Monday after the start of 1970. */
const MONDAY = Date.parse('1970-01-05T00:00:00.000Z');
const EVER = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** When the events of each project were created; between some of them are buckets without any. */
const PROJECTS: Record<string, readonly number[]> = {
  'before 1970': [-WEEK, -25 * HOUR - 1, -24 * HOUR, -HOUR, -1, 0, 1, HOUR - 1, HOUR, 24 * HOUR],
  weeks: [MONDAY - WEEK - 1, MONDAY - WEEK, MONDAY - 1, MONDAY, MONDAY + 3 * WEEK - 1, MONDAY + 3 * WEEK],
  'the first days': [EVER, EVER + 1, EVER + WEEK - 1, EVER + WEEK],
  'the last days': [LAST - WEEK, LAST - HOUR, LAST],
  'full hours': [-5 * HOUR, 9_994 * HOUR + 17],
  'too many hours': [-5 * HOUR, 9_995 * HOUR],
  'too many weeks': [MONDAY - 1, MONDAY + 9_999 * WEEK],
  ever: [EVER, LAST],
};
const UNITS: TimeUnit[] = ['hour', 'day', 'week'];
const COUNT: Expression = { kind: 'aggregate', aggregate: 'count' };
const USERS: Expression = { kind: 'aggregate', aggregate: 'countDistinct', operand: { field: 'userKey' } };
const TYPE = { kind: 'field', operand: { field: 'type' } } as const;
const ALL: Condition = { and: [] };

const by = (unit: TimeUnit, timezone = 'UTC') => ({ kind: 'time', unit, timezone }) as const;
const ask = (projectId: string | undefined, given: Partial<EventQuery>): EventQuery => {
  return { scope: { projectId }, where: ALL, select: [], orderBy: [], limit: 100, counted: true, ...given };
};
const grouped = (projectId: string, ...groupBy: NonNullable<EventQuery['groupBy']>) =>
  ask(projectId, { select: [...groupBy, COUNT, USERS], groupBy });

describeClickHouse('Even buckets of time in ClickHouse', () => {
  let clickHouse: ClickHouse;
  let memory: InMemoryEventReader;
  /** One that knows of no way to reckon with starts. */
  let withEnds: EventSource;

  beforeAll(async () => {
    clickHouse = await openTables();
    const repository = new CopyingRepository(clickHouse);
    for (const [projectId, times] of Object.entries(PROJECTS)) {
      const events = times.map((time, index) => {
        const fields = { projectId, type: `type ${index % 3}`, userProperties: { userId: `${index % 4}` } };
        return newRecord({ ...fields, id: `event ${index}`, createdAt: new Date(time).toISOString() });
      });
      await repository.insert(events);
    }
    memory = new InMemoryEventReader(repository);
    withEnds = new EventSource(sql`${quotedBefore(clickHouse.schema.events)} AS e`, { ...CLICKHOUSE, startOf: undefined });
  });

  afterAll(() => dropDatabase(clickHouse));

  /** What a query is answered with, or why not, and by how many statements. */
  async function answerBy(source: EventSource, query: EventQuery) {
    let statements = 0;
    const answer = await answerOf(query, source, (statement) => {
      statements++;
      return clickHouse.read(toStatement(statement, source.dialect.placeholder));
    }).catch(refusalOf);
    return { answer, statements };
  }

  /** The same, held against both the statements that ask for the ends first, and the reader in memory. */
  async function checked(query: EventQuery) {
    const found = await answerBy(copySource(clickHouse.schema, []), query);
    expect(found.answer).toEqual((await answerBy(withEnds, query)).answer);
    // What a page goes on after is of one reader alone.
    if (query.after !== undefined) return found;
    const inMemory = await memory.query(query, { timeoutMs: 10_000 }).catch(refusalOf);
    if (typeof inMemory === 'string') expect(found.answer).toBe(inMemory);
    else expect(found.answer).toMatchObject({ rows: inMemory.rows, ...(query.counted && { total: inMemory.total }) });
    return found;
  }

  const named = ['before 1970', 'weeks', 'the first days', 'the last days', 'full hours'];

  it.each(named.flatMap((project) => UNITS.map((unit) => [project, unit] as const)))(
    'answers %s by %s with one statement',
    async (project, unit) => {
      expect(await checked(grouped(project, by(unit)))).toMatchObject({ statements: 1 });
      expect(await checked(grouped(project, by(unit), TYPE))).toMatchObject({ statements: 1 });
      expect(await checked(ask(project, { select: [TYPE, by(unit)], counted: false }))).toMatchObject({ statements: 1 });
    },
  );

  it('tells starts as timeBuckets() does, also of those that begin before 1970', async () => {
    const { answer } = await checked(grouped('before 1970', by('week')));
    const starts = timeBuckets('1969-12-25T00:00:00.000Z', '1970-01-02T00:00:00.000Z', 'week', 'UTC');
    expect((answer as QueryResult).rows.map(([start]) => start)).toEqual(starts);
    expect(starts).toEqual(['1969-12-22T00:00:00.000Z', '1969-12-29T00:00:00.000Z']);
  });

  it('answers by several units at once, and in any order, with one statement', async () => {
    const query = grouped('before 1970', by('day'), TYPE, by('hour'));
    const orderBy = [
      { by: COUNT, direction: 'desc' },
      { by: by('hour'), direction: 'desc' },
    ] as const;
    expect(await checked({ ...query, orderBy })).toMatchObject({ statements: 1 });
  });

  it('has no row where there are no events, after one statement', async () => {
    const nobody = { operand: { field: 'type' }, operator: 'in', values: ['none'] } as const;
    const empty = { rows: [], total: 0, next: null };
    expect(await checked({ ...grouped('weeks', by('day')), where: nobody })).toEqual({ answer: empty, statements: 1 });
    expect(await checked(grouped('nothing', by('day')))).toEqual({ answer: empty, statements: 1 });
  });

  it('answers 10,000 buckets from the first to the last, and refuses one more in the same words', async () => {
    const refused = 'The time range has more than 10,000 buckets of one';
    expect(await checked(grouped('full hours', by('hour')))).toMatchObject({ answer: { total: 2 } });
    expect(await checked(grouped('too many hours', by('hour')))).toMatchObject({
      answer: `${refused} hour; group by day, or narrow the time range`,
    });
    expect(await checked(grouped('too many weeks', by('week')))).toMatchObject({
      answer: `${refused} week; group by month, or narrow the time range`,
    });
    expect(await checked(grouped('ever', by('week'), by('hour')))).toMatchObject({
      answer: `${refused} week; narrow the time range`,
    });
    expect(await checked(ask('ever', { select: [by('day')] }))).toMatchObject({
      answer: `${refused} day; narrow the time range`,
    });
  });

  it('refuses too many buckets also where a page has few of them', async () => {
    const first = { ...grouped('too many hours', by('hour')), limit: 1 };
    expect(await checked(first)).toMatchObject({ answer: expect.stringContaining('group by day') });
    const after = [new Date(-5 * HOUR).toISOString()];
    const { answer } = await answerBy(copySource(clickHouse.schema, []), { ...first, after });
    expect(answer).toContain('group by day');
  });

  it.each([
    ['groups', grouped('before 1970', by('hour'), TYPE)],
    [
      'groups, the last ones first',
      { ...grouped('weeks', by('week')), orderBy: [{ by: by('week'), direction: 'desc' }] as const },
    ],
    ['events', ask('before 1970', { select: [by('day'), TYPE], orderBy: [{ by: by('day'), direction: 'asc' }] })],
  ])('answers page by page, of %s', async (_what, query) => {
    const whole = (await checked(query)).answer as QueryResult;
    const rows: unknown[] = [];
    for (let after: EventQuery['after']; ;) {
      const { answer } = await checked({ ...query, limit: 3, after });
      const { rows: page, next } = answer as QueryResult;
      rows.push(...page);
      if (next === null) break;
      after = next;
    }
    expect(rows).toEqual(whole.rows);
    expect(rows.length).toBeGreaterThan(3);
  });

  it.each([
    ['months', [by('month')]],
    ['another time zone', [by('day', 'Asia/Kathmandu')]],
    ['a month beside a day', [by('day'), by('month')]],
  ])('asks for the ends first of %s', async (_what, groupBy) => {
    expect(await checked(grouped('before 1970', ...groupBy))).toMatchObject({ statements: 2 });
  });
});

function refusalOf(error: unknown): string {
  if (error instanceof QueryRefusal) return error.message;
  throw error;
}
