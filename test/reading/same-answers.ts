import fc from 'fast-check';
import type { EventReader, EventRecord } from 'nestjs-event-log';
import type { EventListing, EventQuery, Keyset, QueryResult } from '../../lib/storage/reading/event-query.interface.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { GeneratedQuestions } from './generated-questions.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 12;
const TEXTS = [
  ...['', 'a', 'A', 'a ', 'b', 'é', '😀', '\uFFFD', '-a', '"', '\\', '%', "'", '5', 'k', 'userId', 'id', 'a.b', '0'],
  ...['\0', 'x\ud800'],
];
const TIMES = ['2026-01-01T00:00:00.000Z', '2026-01-01T04:59:59.999Z', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.001Z'];
const QUESTIONS = new GeneratedQuestions(TEXTS, TIMES);
const STORED = new GeneratedQuestions(
  TEXTS.filter((text) => text.isWellFormed() && !text.includes('\0')),
  TIMES,
);
const SCOPES = fc.constantFrom({}, { projectId: 'p' }, { projectId: null }, { projectId: 'q', entityTypes: ['message'] });

/** Two projects and events of none, with whatever a condition may be about. */
export function sampleEvents(): EventRecord[] {
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

/** Tests that a reader of `sampleEvents()` answers what the reader in memory does, over so many generated conditions. */
export function itAnswersAsInMemory(readers: () => { reader: EventReader; memory: EventReader }, conditions: number): void {
  it('finds the events that the reader in memory finds, whatever the condition', async () => {
    const { reader, memory } = readers();
    const found = async (one: EventReader, listing: EventListing) => (await one.list(listing, OPTIONS)).events;
    await fc.assert(
      fc.asyncProperty(SCOPES, QUESTIONS.condition(), async (scope, where) => {
        const listing = { scope, where, limit: 100 };
        expect(await found(reader, listing)).toEqual(await found(memory, listing));
      }),
      { numRuns: conditions, seed: SEED },
    );
  }, 300_000);

  it('answers the pages that the reader in memory answers, whatever the query', async () => {
    const { reader, memory } = readers();
    await fc.assert(
      fc.asyncProperty(SCOPES, QUESTIONS.condition(1), QUESTIONS.query(), async (scope, where, asked) => {
        const query = { scope, where, ...asked, limit: 7, counted: true };
        expect(await pagesOf(reader, query)).toEqual(await pagesOf(memory, query));
      }),
      { numRuns: conditions / 2, seed: SEED },
    );
  }, 300_000);
}

async function pagesOf(reader: EventReader, query: EventQuery): Promise<Pick<QueryResult, 'rows' | 'total'>[]> {
  const pages = [];
  for (let after: Keyset | null | undefined; after !== null;) {
    const { rows, total, next }: QueryResult = await reader.query({ ...query, after }, OPTIONS);
    pages.push({ rows, total });
    after = next;
  }
  return pages;
}
