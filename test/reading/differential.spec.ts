import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { InMemoryEventReader, InMemoryEventRepository, type EventRecord } from 'nestjs-event-log';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import type { Keyset } from '../../lib/storage/reading/event-query.interface.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines, type Engine } from '../utils/describe-engines.js';
import { GeneratedQuestions } from './generated-questions.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 12;
const TEXTS = [
  '',
  'a',
  'A',
  'a ',
  'b',
  'é',
  '😀',
  '\uFFFD',
  '-a',
  '"',
  '\\',
  '%',
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

/** Two projects and events of none, with whatever a condition may be about. */
function events(): EventRecord[] {
  const document = STORED.document();
  const given = fc.record({
    type: STORED.text,
    createdAt: fc.constantFrom(...TIMES),
    projectId: fc.constantFrom('p', 'q', null),
    integrationId: fc.option(STORED.text),
    properties: document,
    userProperties: document,
  });
  return fc.sample(given, { numRuns: 60, seed: SEED }).map((fields, index) => newEvent({ id: `event ${index}`, ...fields }));
}

describe.each([
  { rows: 'rows', areFilled: true },
  { rows: 'rows without user key', areFilled: false },
])('Of $rows', ({ areFilled }) => describeEngines('Reading', (engine) => compare(engine, areFilled)));

function compare(engine: Engine, areFilled: boolean): void {
  let source: DataSource;
  let reader: TypeOrmEventReader;
  let memory: InMemoryEventReader;

  beforeAll(async () => {
    source = await new DataSource(dataSourceOptions(engine.url)).initialize();
    reader = new TypeOrmEventReader(source);
    const repository = new InMemoryEventRepository();
    memory = new InMemoryEventReader(repository);
    await repository.insert(events());
    await new TypeOrmEventRepository(source).insert(events());
    if (areFilled) await reader.onModuleInit();
    else await source.query('UPDATE event_log_events SET user_key = NULL');
    while (reader['filler'].isFilled() !== areFilled) await delay(10);
  }, 60_000);

  afterAll(async () => {
    await reader.beforeApplicationShutdown();
    await reader.onApplicationShutdown();
    await source.destroy();
  });

  const scope = fc.constantFrom({}, { projectId: 'p' }, { projectId: null }, { projectId: 'q', entityTypes: ['message'] });

  it('finds the events that the reader in memory finds, whatever the condition', async () => {
    const found = async (one: TypeOrmEventReader | InMemoryEventReader, listing: Parameters<typeof reader.list>[0]) =>
      (await one.list(listing, OPTIONS)).events;
    await fc.assert(
      fc.asyncProperty(scope, QUESTIONS.condition(), async (of, where) => {
        const listing = { scope: of, where, limit: 100 };
        expect(await found(reader, listing)).toEqual(await found(memory, listing));
      }),
      { numRuns: 600, seed: SEED },
    );
  }, 120_000);

  it('answers the pages that the reader in memory answers, whatever the query', async () => {
    const pages = async (one: TypeOrmEventReader | InMemoryEventReader, query: Parameters<typeof reader.query>[0]) => {
      const answers = [];
      for (let after: Keyset | null | undefined; after !== null;) {
        const { rows, total, next }: Awaited<ReturnType<typeof reader.query>> = await one.query({ ...query, after }, OPTIONS);
        answers.push({ rows, total });
        after = next;
      }
      return answers;
    };
    await fc.assert(
      fc.asyncProperty(scope, QUESTIONS.condition(1), QUESTIONS.query(), async (of, where, asked) => {
        const query = { scope: of, where, ...asked, limit: 7, counted: true };
        expect(await pages(reader, query)).toEqual(await pages(memory, query));
      }),
      { numRuns: 300, seed: SEED },
    );
  }, 120_000);
}
