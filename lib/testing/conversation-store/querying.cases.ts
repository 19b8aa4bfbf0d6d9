import type {
  AggregateExpression,
  Condition,
  EventQuery,
  Expression,
  FieldExpression,
  KeyQuery,
  Keyset,
  Operand,
  QueryRow,
} from '../../storage/reading/event-query.interface.js';
import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import type { ConversationRecords } from '../../storage/conversations/stored-conversation.interface.js';
import {
  type ConversationStoreCase,
  type ConversationStoreFixture,
  newFeedback,
  newMessage,
  newWrite,
  saved,
} from './conversation-store.case.js';

const ALL: Condition = { and: [] };
const COUNT: Operand = { field: 'fields', path: ['userMessageCount'] };
const REASONS: Operand = { field: 'fields', path: ['reasons'] };
const count: AggregateExpression = { kind: 'aggregate', aggregate: 'count' };
const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
const field = (operand: Operand): FieldExpression => ({ kind: 'field', operand });
const of = (aggregate: AggregateExpression['aggregate'], operand: Operand): AggregateExpression => {
  return { kind: 'aggregate', aggregate, operand };
};
const upwards = (by: Expression) => ({ by, direction: 'asc' }) as const;

/** What a question is about, but for its scope. */
type Question = Partial<Omit<EventQuery, 'scope'>> & Pick<EventQuery, 'select'>;

/** The same question to a store in each test. Stores that answer none are asked nothing. */
async function rowsOf(
  store: ConversationStore,
  records: ConversationRecords,
  scope: EventQuery['scope'],
  question: Question,
): Promise<{ rows: readonly QueryRow[]; total?: number; next: Keyset | null }> {
  const query = { scope, where: ALL, orderBy: [], limit: 100, counted: true, ...question };
  return store.query!(records, query, { timeoutMs: 20_000 });
}

/** Three conversations of a project, of one, two and no messages of the role `user`, one a day, and one of another project. */
async function chats({ store, projectId }: ConversationStoreFixture) {
  const messages = [
    [newMessage('a', { createdAt: at(1) }), newMessage('b', { role: 'assistant', createdAt: at(3) })],
    [newMessage('c', { createdAt: at(2) }), newMessage('d', { createdAt: at(3) })],
    [newMessage('e', { role: 'customer', createdAt: at(3) })],
  ];
  const told = [
    { type: 'openai', properties: { site: 'docs', n: 5 }, userProperties: { id: 'u' } },
    { type: 'openai', properties: { site: '5' }, userProperties: { userId: 7 } },
    { type: 'support_ticket' },
  ] as const;
  const writes = messages.map((some, index) => newWrite(projectId, some, { fields: told[index], createdAt: at(9) }));
  const ids: string[] = [];
  for (const write of writes) ids.push((await saved(store, write)).head.id);
  await saved(store, newWrite(`${projectId} 2`, [newMessage()]));
  return { ids, messages };
}

interface Asked {
  readonly title: string;
  readonly question: Question;
  /** What it finds, where conversations are told by their numbers from 0. */
  readonly rows: (ids: readonly string[]) => readonly QueryRow[];
}

const id = field({ field: 'id' });
const time = field({ field: 'createdAt' });
const where = (operand: Operand, comparison: object) => ({ operand, ...comparison }) as Condition;
const found = (condition: Condition): Question => ({ select: [id], where: condition, orderBy: [upwards(time)] });

const ABOUT_CONVERSATIONS: readonly Asked[] = [
  {
    title: 'what they are and when they began',
    question: { select: [id, field({ field: 'type' }), time, field(COUNT)], orderBy: [upwards(time)] },
    rows: (ids) => [
      [ids[0], 'openai', at(1), 1],
      [ids[1], 'openai', at(2), 2],
      [ids[2], 'support_ticket', at(3), 0],
    ],
  },
  {
    title: 'whose they are, and what is told of them',
    question: {
      select: [field({ field: 'userKey' }), field({ field: 'properties', path: [] }), field({ field: 'organizationId' })],
      orderBy: [upwards(time)],
    },
    rows: () => [
      ['u', { site: 'docs', n: 5 }, null],
      ['7', { site: '5' }, null],
      [null, null, null],
    ],
  },
  {
    title: 'those of more than one message of a user',
    question: found(where(COUNT, { operator: 'gt', value: 1 })),
    rows: (ids) => [[ids[1]]],
  },
  {
    title: 'those of a number of them',
    question: found(where(COUNT, { operator: 'in', values: [0, 1] })),
    rows: (ids) => [[ids[0]], [ids[2]]],
  },
  {
    title: 'those that began before a time',
    question: found(where({ field: 'createdAt' }, { operator: 'lt', value: at(3) })),
    rows: (ids) => [[ids[0]], [ids[1]]],
  },
  {
    title: 'those of a text at a path, which is no number',
    question: found(where({ field: 'properties', path: ['site'] }, { operator: 'in', values: ['5', 5] })),
    rows: (ids) => [[ids[1]]],
  },
  { title: 'those of nobody', question: found(where({ field: 'userKey' }, { operator: 'isNull' })), rows: (ids) => [[ids[2]]] },
  {
    title: 'all but those of a type',
    question: found({ not: where({ field: 'type' }, { operator: 'in', values: ['openai'] }) }),
    rows: (ids) => [[ids[2]]],
  },
  {
    title: 'numbers of a type',
    question: {
      select: [
        field({ field: 'type' }),
        count,
        of('sum', COUNT),
        of('avg', COUNT),
        of('max', COUNT),
        of('min', { field: 'createdAt' }),
      ],
      groupBy: [field({ field: 'type' })],
    },
    rows: () => [
      ['openai', 2, 3, 1.5, 2, Date.parse(at(1))],
      ['support_ticket', 1, 0, 0, 0, Date.parse(at(3))],
    ],
  },
  {
    title: 'how many began each day in a time zone',
    question: {
      select: [{ kind: 'time', unit: 'day', timezone: 'America/New_York' }, count],
      groupBy: [{ kind: 'time', unit: 'day', timezone: 'America/New_York' }],
    },
    rows: () => [
      ['2025-12-31T05:00:00.000Z', 1],
      ['2026-01-01T05:00:00.000Z', 1],
      ['2026-01-02T05:00:00.000Z', 1],
    ],
  },
  {
    title: 'how many different people there are',
    question: { select: [of('countDistinct', { field: 'userKey' }), of('count', COUNT)], groupBy: [] },
    rows: () => [[2, 3]],
  },
];

/** How conversations and feedback are asked about, of stores that answer queries. */
export const QUERYING: readonly ConversationStoreCase[] = [
  ...ABOUT_CONVERSATIONS.map(({ title, question, rows }): ConversationStoreCase => ({
    title: `answers about conversations: ${title}`,
    rule: 'query() must answer about the conversations of the scope as EventReader.query() does about events.',
    async run(fixture) {
      const { store, another, projectId, expect } = fixture;
      if (store.query === undefined) return;
      const { ids } = await chats(fixture);
      const answer = await rowsOf(another, 'conversations', { projectId }, question);
      expect(answer).toEqual({ rows: rows(ids), total: rows(ids).length, next: null });
    },
  })),
  {
    title: 'answers about feedback on what is stored',
    rule: 'query() must answer about feedback whose conversation is stored, with the conversation that had its message first.',
    async run(fixture) {
      const { store, another, projectId, expect } = fixture;
      if (store.query === undefined) return;
      const { ids, messages } = await chats(fixture);
      const reasons = [{ label: 'wrong "x"', details: 'why\n' }];
      const down = newFeedback(projectId, messages[0][1].id, {
        type: 'negative',
        reasons,
        createdAt: at(4),
        properties: { a: [1] },
      });
      const up = newFeedback(projectId, messages[1][0].id, { createdAt: at(5), userProperties: { id: 'u' } });
      for (const feedback of [down, up, newFeedback(projectId, 'of nobody')]) await store.rate(feedback);
      const copy = newWrite(projectId, [newMessage('another'), messages[0][1]]);
      await saved(store, { ...copy, createdAt: '2026-01-01T00:00:00.000Z', receivedAt: '2026-01-10T00:00:00.000Z' });
      const select = [
        ...(['id', 'type', 'messageId', 'conversationId', 'userKey'] as const).map((name) => field({ field: name })),
        ...[time, field(REASONS), field({ field: 'properties', path: ['a'] })],
      ];
      const ask = (question: Question) => rowsOf(another, 'feedback', { projectId }, { orderBy: [upwards(time)], ...question });
      expect((await ask({ select })).rows).toEqual([
        [down.id, 'negative', messages[0][1].id, ids[0], null, at(4), reasons, [1]],
        [up.id, 'positive', messages[1][0].id, ids[1], 'u', at(5), null, null],
      ]);
      const conditions: [Condition, string[]][] = [
        [where(REASONS, { operator: 'isNull' }), [up.id]],
        [where(REASONS, { operator: 'arrayContainsObject', value: { label: 'wrong "x"' } }), [down.id]],
        [where(REASONS, { operator: 'arrayContainsObject', value: { label: 'wrong' } }), []],
        [where({ field: 'conversationId' }, { operator: 'in', values: [ids[0]] }), [down.id]],
        [where({ field: 'messageId' }, { operator: 'startsWith', value: messages[1][0].id }), [up.id]],
      ];
      for (const [condition, expected] of conditions) {
        expect((await ask({ select: [id], where: condition })).rows).toEqual(expected.map((one) => [one]));
      }
      const byType = { select: [field({ field: 'type' }), count], groupBy: [field({ field: 'type' })], orderBy: [] };
      expect((await ask(byType)).rows).toEqual([
        ['negative', 1],
        ['positive', 1],
      ]);
      await store.erase(ids[0], {});
      await store.erase((await saved(store, copy)).head.id, {});
      expect((await ask({ select: [id] })).rows).toEqual([[up.id]]);
    },
  },
  {
    title: 'tells the keys of JSON fields of its scope alone',
    rule: 'keys() must count the keys at the top of a JSON field as EventReader.keys() does, of the scope and the condition.',
    async run(fixture) {
      const { store, another, projectId, expect } = fixture;
      if (store.keys === undefined) return;
      const { messages } = await chats(fixture);
      await store.rate(newFeedback(projectId, messages[0][0].id, { properties: { page: '/a' } }));
      const keysOf = (records: ConversationRecords, more: Partial<KeyQuery> = {}) => {
        const query: KeyQuery = { scope: { projectId }, where: ALL, field: 'properties', limit: 10, ...more };
        return another.keys!(records, query, { timeoutMs: 20_000 });
      };
      const site = { key: 'site', count: 2 };
      expect(await keysOf('conversations')).toEqual([site, { key: 'n', count: 1 }]);
      expect(await keysOf('conversations', { limit: 1 })).toEqual([site]);
      expect(await keysOf('conversations', { where: where(COUNT, { operator: 'gt', value: 1 }) })).toEqual([
        { ...site, count: 1 },
      ]);
      expect((await keysOf('conversations', { field: 'userProperties' })).map(({ key }) => key)).toEqual(['id', 'userId']);
      expect(await keysOf('feedback')).toEqual([{ key: 'page', count: 1 }]);
      for (const records of ['conversations', 'feedback'] as const) {
        expect(await keysOf(records, { scope: { projectId, integrationId: 'i1' } })).toEqual([]);
      }
    },
  },
  {
    title: 'answers of its scope alone, page by page',
    rule: 'query() must find nothing outside of the scope, and skip or repeat no row from page to page.',
    async run(fixture) {
      const { store, another, projectId, expect } = fixture;
      if (store.query === undefined) return;
      const { ids } = await chats(fixture);
      const question: Question = { select: [id], orderBy: [{ by: field(COUNT), direction: 'desc' }], limit: 1 };
      const seen: unknown[] = [];
      let after: Keyset | undefined;
      do {
        const { rows, total, next } = await rowsOf(another, 'conversations', { projectId }, { ...question, after });
        seen.push(...rows.map(([one]) => one));
        expect(total).toBe(3);
        after = next ?? undefined;
      } while (after !== undefined);
      expect(seen).toEqual([ids[1], ids[0], ids[2]]);
      const isOne = where({ field: 'id' }, { operator: 'in', values: ids });
      for (const scope of [{ projectId: null }, { projectId: 'another' }, { projectId, integrationId: 'i1' }]) {
        const answer = await rowsOf(store, 'conversations', scope, { select: [id], where: isOne });
        expect(answer).toEqual({ rows: [], total: 0, next: null });
      }
      expect((await rowsOf(store, 'conversations', {}, { select: [id], where: isOne })).total).toBe(3);
      await store.erase(ids[2], {});
      expect((await rowsOf(store, 'conversations', { projectId }, { select: [id] })).total).toBe(2);
    },
  },
];
