import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import type { JsonValue } from '../../lib/events/event.interface.js';
import type { Comparison } from '../../lib/storage/reading/event-query.interface.js';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { sql } from '../../lib/sql/sql.js';
import { POSTGRES } from '../../lib/typeorm/reading/postgres/dialect.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';

const OPTIONS = { timeoutMs: 60_000 };
const KEYS = numbered(1_000, (index) => `key ${index}`);
const LONG_PATH = numbered(64, (index) => `step ${index}`);

it('a path on PostgreSQL is made in one step, however long it is', () => {
  const made = jest.spyOn(POSTGRES, 'at');
  POSTGRES.at(sql`e.properties`, LONG_PATH);
  expect(made).toHaveBeenCalledTimes(1);
  made.mockRestore();
});

describeEngines('Large questions', (engine) => {
  let source: DataSource;
  let reader: TypeOrmEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
    const properties = { object: Object.fromEntries(KEYS.map((key) => [key, key])), array: ['an item'] };
    await new TypeOrmEventRepository(source).insert([newEvent({ properties })]);
  });

  afterAll(async () => {
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  const found = async (path: string[], comparison: Comparison) => {
    const where = { operand: { field: 'properties' as const, path }, ...comparison };
    return (await reader.list({ scope: {}, where, limit: 10 }, OPTIONS)).events.length;
  };

  it('find what has as many keys and items as a condition may name', async () => {
    expect(await found(['object'], { operator: 'hasKeys', keys: KEYS, quantifier: 'all' })).toBe(1);
    expect(await found(['object'], { operator: 'hasKeys', keys: ['none', ...KEYS.slice(1)], quantifier: 'all' })).toBe(0);
    expect(await found(['object'], { operator: 'hasKeys', keys: KEYS, quantifier: 'any' })).toBe(1);
    expect(await found(['array'], { operator: 'arrayContains', values: KEYS.map(() => 'an item') })).toBe(1);
    expect(await found(['array'], { operator: 'arrayContains', values: ['an item', ...KEYS] })).toBe(0);
    const value = Object.fromEntries(KEYS.map((key) => [key, key]));
    expect(await found(['object'], { operator: 'jsonContains', value })).toBe(1);
    expect(await found(['object'], { operator: 'jsonContainedBy', value })).toBe(1);
  });

  it.each<[what: string, path: string[], value: JsonValue]>([
    ['more values than a database binds', ['object'], Object.fromEntries(numbered(9_000, (index) => [`key ${index}`, index]))],
    ['as many at a long path', LONG_PATH, Object.fromEntries(numbered(9_000, (index) => [`key ${index}`, index]))],
    ['more items than an array of a statement may have', ['array'], numbered(9_000, (index) => index)],
    ['arrays in arrays', ['array'], nested(30)],
  ])('of %s are answered, or refused in words and at once', async (_what, path, value) => {
    for (const operator of ['jsonContains', 'jsonContainedBy'] as const) {
      const start = performance.eventLoopUtilization();
      const answer = await found(path, { operator, value }).catch((error: unknown) => error);
      // They are built in the event loop of the host.
      expect(performance.eventLoopUtilization(start).active).toBeLessThan(5_000);
      if (answer !== 0) expect(answer).toBeInstanceOf(QueryRefusal);
    }
  });
});

function numbered<Item>(count: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

function nested(levels: number): JsonValue {
  return levels === 0 ? 1 : [nested(levels - 1)];
}
