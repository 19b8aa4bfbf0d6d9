import fc from 'fast-check';
import { InMemoryConversationStore, type ConversationStore } from 'nestjs-event-log';
import { eventLogConversationMigrations, TypeOrmConversationStore } from 'nestjs-event-log/typeorm';
import type { EventQuery, Keyset, TextField } from '../../lib/storage/reading/event-query.interface.js';
import { newFeedback, newMessage, newWrite } from '../../lib/testing/conversation-store/conversation-store.case.js';
import { GeneratedQuestions } from '../reading/generated-questions.js';
import { dataSourcesOf } from '../storage/data-sources.js';
import { describeEngines } from '../utils/describe-engines.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 16;
const RECORDS = ['conversations', 'feedback'] as const;
const STORABLE = [
  '',
  'a',
  'A',
  'a ',
  'b',
  'é',
  '😀',
  '-a',
  '"',
  '\\',
  '%',
  '5',
  'userId',
  'id',
  'a.b',
  'label',
  'reasons',
  'userMessageCount',
];
const TEXTS = [...STORABLE, '\0', 'x\ud800'];
const TIMES = ['2026-03-28T00:00:00.000Z', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.001Z', '2026-03-30T00:00:00.000Z'];
const FIELDS: readonly TextField[] = ['id', 'type', 'conversationId', 'projectId', 'integrationId', 'organizationId', 'userKey'];
const STORED = new GeneratedQuestions(STORABLE, TIMES);

/** Conversations and feedback with whatever a condition may be about. */
async function fill(stores: readonly ConversationStore[]): Promise<void> {
  const given = fc.record({
    project: fc.constantFrom('p', 'q', null),
    integration: fc.option(fc.constantFrom('a', 'A')),
    time: fc.constantFrom(...TIMES),
    properties: STORED.document(),
    userProperties: STORED.document(),
    roles: fc.array(fc.constantFrom('user', 'assistant', 'USER'), { minLength: 1, maxLength: 4 }),
    reasons: fc.option(fc.array(fc.record({ label: STORED.text, details: STORED.text }), { maxLength: 2 })),
  });
  for (const [index, one] of fc.sample(given, { numRuns: 40, seed: SEED }).entries()) {
    const { project, integration, time, properties, userProperties, roles, reasons } = one;
    const messages = roles.map((role, at) => newMessage(`${index} ${at}`, { id: `m ${index} ${at}`, role, createdAt: time }));
    const fields = { type: 'openai', properties, userProperties } as const;
    const write = newWrite(project, messages, { id: `conv_${index}`, integrationId: integration, fields });
    const about = { properties, userProperties, reasons, integrationId: integration, createdAt: time };
    const feedback = newFeedback(project, messages[0].id, { id: `fb_${index}`, ...about });
    for (const store of stores) {
      await store.save(write);
      await store.rate(feedback);
    }
  }
}

describeEngines('Queries about conversations', (engine) => {
  const { shared } = dataSourcesOf(engine, { migrations: eventLogConversationMigrations });
  const memory = new InMemoryConversationStore();
  let store: TypeOrmConversationStore;

  beforeAll(async () => {
    store = new TypeOrmConversationStore(shared());
    await store.onModuleInit();
    await fill([store, memory]);
  });
  afterAll(() => store.onApplicationShutdown());

  it('have the answers that the store in memory gives, page by page, whatever is asked', async () => {
    const pages = async (of: ConversationStore, records: (typeof RECORDS)[number], query: EventQuery) => {
      const answers = [];
      for (let after: Keyset | null | undefined; after !== null;) {
        const { rows, total, next }: Awaited<ReturnType<typeof store.query>> = await of.query!(
          records,
          { ...query, after },
          OPTIONS,
        );
        answers.push({ rows, total });
        after = next;
      }
      return answers;
    };
    const scope = fc.constantFrom({}, { projectId: 'p' }, { projectId: null }, { projectId: 'q', integrationId: 'a' });
    const questions = new GeneratedQuestions(TEXTS, TIMES, FIELDS);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RECORDS),
        scope,
        questions.condition(1),
        questions.query(),
        async (records, of, where, asked) => {
          const query = { scope: of, where, ...asked, limit: 7, counted: true };
          expect(await pages(store, records, query)).toEqual(await pages(memory, records, query));
        },
      ),
      { numRuns: 150, seed: SEED },
    );
  });

  it('read back the first and the last time there is', async () => {
    const times = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
    for (const createdAt of times) await store.save(newWrite('times', [newMessage('text', { createdAt })]));
    const by = { kind: 'field', operand: { field: 'createdAt' } } as const;
    const query = { scope: { projectId: 'times' }, where: { and: [] }, select: [by], limit: 9, counted: false };
    const { rows } = await store.query('conversations', { ...query, orderBy: [{ by, direction: 'asc' }] }, OPTIONS);
    expect(rows.flat()).toEqual(times);
  });
});
