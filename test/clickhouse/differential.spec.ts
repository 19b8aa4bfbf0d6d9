import fc from 'fast-check';
import { InMemoryEventReader, type EventReader, type EventRecord } from 'nestjs-event-log';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { migrate } from '../../lib/clickhouse/schema/migrate.js';
import type { EventListing, EventQuery, Keyset, QueryResult } from '../../lib/storage/reading/event-query.interface.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { GeneratedQuestions } from '../reading/generated-questions.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openClickHouse } from './engine.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 12;
const TEXTS = [
  '',
  'a',
  'A',
  'a ',
  'é',
  '😀',
  '\uFFFD',
  '-a',
  '"',
  '\\',
  '%',
  "'",
  '5',
  'k',
  'userId',
  'id',
  'a.b',
  '0',
  '\0',
  'x\ud800',
];
const TIMES = ['2026-01-01T00:00:00.000Z', '2026-01-01T04:59:59.999Z', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.001Z'];
const QUESTIONS = new GeneratedQuestions(TEXTS, TIMES);
const STORED = new GeneratedQuestions(
  TEXTS.filter((text) => text.isWellFormed() && !text.includes('\0')),
  TIMES,
);

function events(): EventRecord[] {
  const given = fc.record({
    type: STORED.text,
    createdAt: fc.constantFrom(...TIMES),
    projectId: fc.constantFrom('p', 'q', null),
    integrationId: fc.option(STORED.text),
    properties: STORED.document(),
    userProperties: STORED.document(),
  });
  return fc.sample(given, { numRuns: 60, seed: SEED }).map((fields, index) => newEvent({ id: `event ${index}`, ...fields }));
}

describeClickHouse('Reading from ClickHouse', () => {
  let clickHouse: ClickHouse;
  let copy: EventReader;
  let memory: EventReader;

  beforeAll(async () => {
    clickHouse = await openClickHouse({ materialize: ['properties.a', 'userProperties.userId'] });
    await migrate(clickHouse);
    const repository = new CopyingRepository(clickHouse);
    await repository.insert(events());
    [copy, memory] = [new ClickHouseEventReader(clickHouse), new InMemoryEventReader(repository)];
  }, 60_000);

  afterAll(() => dropDatabase(clickHouse));

  const scope = fc.constantFrom({}, { projectId: 'p' }, { projectId: null }, { projectId: 'q', entityTypes: ['message'] });

  it('finds the events that the reader in memory finds, whatever the condition', async () => {
    const found = async (reader: EventReader, listing: EventListing) => (await reader.list(listing, OPTIONS)).events;
    await fc.assert(
      fc.asyncProperty(scope, QUESTIONS.condition(), async (of, where) => {
        const listing = { scope: of, where, limit: 100 };
        expect(await found(copy, listing)).toEqual(await found(memory, listing));
      }),
      { numRuns: 200, seed: SEED },
    );
  }, 300_000);

  it('answers the rows that the reader in memory answers, whatever the query', async () => {
    const rowsOf = async (reader: EventReader, query: EventQuery) => {
      const pages = [];
      for (let after: Keyset | null | undefined; after !== null;) {
        const { rows, total, next }: QueryResult = await reader.query({ ...query, after }, OPTIONS);
        pages.push({ rows, total });
        after = next;
      }
      return pages;
    };
    await fc.assert(
      fc.asyncProperty(scope, QUESTIONS.condition(1), QUESTIONS.query(), async (of, where, asked) => {
        const query = { scope: of, where, ...asked, limit: 40, counted: true };
        expect(await rowsOf(copy, query)).toEqual(await rowsOf(memory, query));
      }),
      { numRuns: 100, seed: SEED },
    );
  }, 300_000);
});
