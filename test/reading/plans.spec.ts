import { DataSource } from 'typeorm';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import type { Condition, EventListing, EventQuery, ReadScope } from '../../lib/storage/reading/event-query.interface.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { eventSourceOf } from '../../lib/typeorm/reading/event-source-of.js';
import type { EventSource } from '../../lib/sql/event-source.js';
import { listSql } from '../../lib/typeorm/reading/list-sql.js';
import { answerOf } from '../../lib/sql/query-answer.js';
import { type RunSql, toStatement } from '../../lib/sql/sql.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { ANALYZE, EXPLAIN } from '../utils/plans.js';

const PROJECTS = 40;
const EVENTS = 20_000;
const START = Date.parse('2026-06-01T00:00:00.000Z');
const STEP_MS = 60_000;
const ALL: Condition = { and: [] };

/** What each engine says of a scan that reads an index and no rows. */
const BY_INDEX_ALONE = /COVERING INDEX|Index Only Scan|Using index(?! condition)/;

function events() {
  return Array.from({ length: EVENTS }, (_, index) =>
    newEvent({
      id: `event ${index}`,
      createdAt: new Date(START + index * STEP_MS).toISOString(),
      projectId: index % PROJECTS === 0 ? null : `p${index % PROJECTS}`,
      userProperties: { userId: `user ${index % 1_999}` },
    }),
  );
}

describeEngines('Statements that read', (engine) => {
  let dataSource: DataSource;
  let source: EventSource;

  beforeAll(async () => {
    dataSource = await new DataSource(dataSourceOptions(engine.url)).initialize();
    source = eventSourceOf(dataSource, true);
    const repository = new TypeOrmEventRepository(dataSource);
    const rows = events();
    for (let start = 0; start < rows.length; start += 1_000) await repository.insert(rows.slice(start, start + 1_000));
    await dataSource.query(ANALYZE[engine.name]);
  });

  afterAll(() => dataSource.destroy());

  /** The plans of the statements that `work` runs. */
  async function plansOf(work: (run: RunSql) => Promise<unknown>): Promise<string> {
    const plans: unknown[] = [];
    await work(async (statement) => {
      const { sql, values } = toStatement(statement, source.dialect.placeholder.bind(source.dialect));
      plans.push(await dataSource.query(`${EXPLAIN[engine.name]} ${sql}`, [...values]));
      return dataSource.query(sql, [...values]);
    });
    return JSON.stringify(plans);
  }

  const listPlan = (listing: Partial<EventListing> & { scope: ReadScope }) =>
    plansOf((run) => run(listSql({ where: ALL, limit: 50, ...listing }, source)));

  it.each([
    ['a project', { projectId: 'p3' }],
    ['no project', { projectId: null }],
  ])('find the newest events of %s by the index of projects', async (_of, scope) => {
    expect(await listPlan({ scope })).toContain('event_log_events_by_project');
  });

  it.each([
    ['a project', { projectId: 'p3' }],
    ['no project', { projectId: null }],
  ])('find a deep page of %s by the index of projects, in its order', async (_of, scope) => {
    const after = [new Date(START + 9_000 * STEP_MS).toISOString(), 'event 9000'];
    const plan = await listPlan({ scope, after });
    expect(plan).toContain('event_log_events_by_project');
    expect(plan).not.toMatch(/Sort|TEMP B-TREE|filesort/);
  });

  it('find the newest events of all projects by the index of all, in its order', async () => {
    const plan = await listPlan({ scope: {} });
    expect(plan).toContain('event_log_events_by_created');
    expect(plan).not.toMatch(/Sort|TEMP B-TREE|filesort/);
  });

  it.each<[string, ReadScope, string, string[]]>([
    ['a project', { projectId: 'p3' }, 'event_log_events_by_project', []],
    ['all projects', {}, 'event_log_events_by_created', ['=p3']],
  ])('page through the rows of %s, the newest first, in the order of an index', async (_of, scope, index, ofProject) => {
    const orderBy = (['createdAt', 'id', 'projectId'] as const).map((field) => {
      return { by: { kind: 'field', operand: { field } }, direction: 'desc' } as const;
    });
    const after = [new Date(START + 9_000 * STEP_MS).toISOString(), 'event 9000', ...ofProject];
    const query: EventQuery = { scope, where: ALL, select: [orderBy[0].by], orderBy, limit: 500, after, counted: false };
    const plan = await plansOf((run) => answerOf(query, source, run));
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Sort|TEMP B-TREE|filesort/);
  });

  it('find the events of an entity type by the index of projects, without a row of another type', async () => {
    const where: Condition = { operand: { field: 'entityType' }, operator: 'in', values: ['search'] };
    const plan = await listPlan({ scope: { projectId: 'p3' }, where });
    expect(plan).toContain('event_log_events_by_project');
    expect(plan).toMatch(BY_INDEX_ALONE);
  });

  it('find the events of a user by the index of users', async () => {
    const where: Condition = { operand: { field: 'userKey' }, operator: 'in', values: ['user 3'] };
    expect(await listPlan({ scope: { projectId: 'p3' }, where })).toContain('event_log_events_by_user');
  });

  it('count by day from the index alone, and read rows where a filter needs them', async () => {
    const day = { kind: 'time', unit: 'day', timezone: 'Europe/Berlin' } as const;
    const plan = (where: Condition) => {
      const query: EventQuery = {
        scope: { projectId: 'p3' },
        where,
        select: [day, { kind: 'aggregate', aggregate: 'count' }],
        groupBy: [day],
        orderBy: [],
        limit: 100,
        counted: true,
      };
      return plansOf((run) => answerOf(query, source, run));
    };
    const ofPath: Condition = { operand: { field: 'properties', path: ['a'] }, operator: 'in', values: ['b'] };
    expect(lastOf(await plan(ALL))).toMatch(BY_INDEX_ALONE);
    expect(lastOf(await plan(ofPath))).not.toMatch(BY_INDEX_ALONE);
  });
});

/** The plan of the last statement: the one before finds the first event and the last. */
function lastOf(plans: string): string {
  return JSON.stringify((JSON.parse(plans) as unknown[]).at(-1));
}
