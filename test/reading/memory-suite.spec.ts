import {
  type Condition,
  type EventListing,
  type EventQuery,
  EventReader,
  InMemoryEventReader,
  InMemoryEventRepository,
  type KeyQuery,
  type ReadOptions,
  type ReadScope,
} from 'nestjs-event-log';
import { describeEventReader } from 'nestjs-event-log/testing';

/** A reader that takes questions for others: each fault is a change of what is asked. */
class FaultyReader extends EventReader {
  constructor(
    private readonly reader: EventReader,
    private readonly faults: Faults,
  ) {
    super();
  }

  override find(id: string, scope: ReadScope, options: ReadOptions) {
    return this.reader.find(id, this.scopeOf(scope), options);
  }

  override list(listing: EventListing, options: ReadOptions) {
    return this.reader.list(this.changed(listing), options);
  }

  override async lines(listing: EventListing, options: ReadOptions) {
    const { line = (same: string) => same } = this.faults;
    const { events, next } = await super.lines(listing, options);
    return { events: events.map(line), next };
  }

  override query(query: EventQuery, options: ReadOptions) {
    const { query: change = (same) => same } = this.faults;
    return this.reader.query(change(this.changed(query)), options);
  }

  override keys(query: KeyQuery, options: ReadOptions) {
    return this.reader.keys(this.changed(query), options);
  }

  private changed<Question extends { scope: ReadScope; where: Condition }>(question: Question): Question {
    const { where = (same) => same } = this.faults;
    return { ...question, scope: this.scopeOf(question.scope), where: where(question.where) };
  }

  private scopeOf(scope: ReadScope): ReadScope {
    return this.faults.scope?.(scope) ?? scope;
  }
}

interface Faults {
  scope?: (scope: ReadScope) => ReadScope;
  where?: (where: Condition) => Condition;
  query?: (query: EventQuery) => EventQuery;
  line?: (text: string) => string;
}

/** Changes each comparison of a condition. */
function eachComparison(change: (condition: Condition) => Condition): (where: Condition) => Condition {
  const walk = (where: Condition): Condition => {
    if ('and' in where) return { and: where.and.map(walk) };
    if ('or' in where) return { or: where.or.map(walk) };
    return 'not' in where ? { not: walk(where.not) } : change(where);
  };
  return walk;
}

/** As SQL has it where nobody takes care: what is compared with null is neither true nor false. */
const unknown = (where: Condition): Condition => {
  if (!('not' in where) || !('operand' in where.not)) return where;
  const { operand, operator } = where.not;
  return operator === 'isNull' ? where : { and: [where, { not: { operand, operator: 'isNull' } }] };
};

const mixed = eachComparison((where) => {
  if (!('operator' in where) || where.operator !== 'in') return where;
  const asTexts = where.values.map((value) => (typeof value === 'number' ? String(value) : value));
  return { ...where, values: [...where.values, ...asTexts] };
});

const asPattern = eachComparison((where) =>
  'operator' in where && where.operator === 'contains' && where.value === '%' ? { ...where, value: '' } : where,
);

const splitPaths = eachComparison((where) => {
  if (!('operand' in where) || !('path' in where.operand)) return where;
  return { ...where, operand: { ...where.operand, path: where.operand.path.flatMap((key) => key.split('.')) } };
});

const inUtc = (query: EventQuery): EventQuery => {
  const change = <T extends object>(expression: T): T =>
    'timezone' in expression ? { ...expression, timezone: 'UTC' } : expression;
  return { ...query, select: query.select.map(change), groupBy: query.groupBy?.map(change) };
};

/** The tests that fail, with their messages; of all tests, or of those with a title. */
async function failuresOf(faults: Faults, only?: string): Promise<{ titles: string[]; failures: Record<string, string> }> {
  const tests = new Map<string, () => Promise<void>>();
  const create = () => {
    const repository = new InMemoryEventRepository();
    return { repository, reader: new FaultyReader(new InMemoryEventReader(repository), faults) };
  };
  describeEventReader('reader', create, {
    describe: (_name, define) => define(),
    it: (title, run) => void tests.set(title, run),
    expect,
  });
  const failures: Record<string, string> = {};
  for (const [title, run] of tests) {
    if (only !== undefined && title !== only) continue;
    await run().catch((error: Error) => (failures[title] = error.message));
  }
  return { titles: [...tests.keys()], failures };
}

describe('describeEventReader', () => {
  it('passes a reader without a fault, and has no two tests of one title', async () => {
    const { titles, failures } = await failuresOf({});
    expect(failures).toEqual({});
    expect(titles.length).toBeGreaterThan(60);
  });

  it.each<[fault: string, faults: Faults, failing: string]>([
    ['reads all projects', { scope: ({ projectId: _, ...scope }) => scope }, 'reads the events of a scope alone'],
    [
      'takes no project for all',
      { scope: (scope) => (scope.projectId === null ? {} : scope) },
      'reads the events of a scope alone',
    ],
    ['reads all integrations', { scope: ({ integrationId: _, ...scope }) => scope }, 'reads the events of a scope alone'],
    ['reads all entity types', { scope: ({ entityTypes: _, ...scope }) => scope }, 'reads the events of a scope alone'],
    ['knows a third truth value', { where: unknown }, 'joins conditions'],
    ['mixes types', { where: mixed }, 'finds what equals a value at a path'],
    ['takes texts for patterns', { where: asPattern }, 'finds a part of a text at a path'],
    ['splits keys at dots', { where: splitPaths }, 'finds odd keys'],
    ['counts in UTC alone', { query: inUtc }, 'counts by days of 23 and of 25 hours'],
    ['forgets where a page ended', { query: ({ after: _, ...query }) => query }, 'answers events by pages that together are all'],
    ['writes lines as Python does', { line: (text) => text.replaceAll('":', '": ') }, 'answers events as they are stored'],
    ['never counts', { query: (query) => ({ ...query, counted: false }) }, 'counts the rows where that is asked for'],
    ['has no order', { query: (query) => ({ ...query, orderBy: [] }) }, 'orders groups by what they are grouped by'],
  ])('fails a reader that %s', async (_fault, faults, failing) => {
    expect(Object.keys((await failuresOf(faults, failing)).failures)).toEqual([failing]);
  });

  it('names the broken rule in one sentence, and what was found after it', async () => {
    const { failures } = await failuresOf({ where: unknown }, 'joins conditions');
    const [rule, , ...found] = failures['joins conditions'].split('\n');
    expect(rule).toMatch(/^A condition must be true or false and never unknown: .*\.$/);
    expect(found.join('\n')).toContain('Expected');
  });
});
