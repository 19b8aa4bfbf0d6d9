import assert from 'node:assert/strict';
import { check } from '../package/check.mjs';
import { KEY, PAGE_KEY } from './host.mjs';

const MESSAGES = [
  {
    id: 'm1',
    role: 'user',
    content: [
      { type: 'text', text: 'see' },
      { type: 'image_url', imageUrl: { url: 'https://x.example/i.png', detail: 'auto' } },
    ],
  },
  {
    id: 'm2',
    role: 'assistant',
    content: 'hi',
    name: 'bot',
    links: [{ url: 'https://x.example', type: 'documentation', title: null, breadcrumbs: ['a'] }],
    properties: { a: 1 },
    userProperties: { additionalProperties: { plan: 'pro' } },
    toolCalls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
];
const CHAT = {
  externalId: 'x-1',
  externalUrl: 'https://x.example/1',
  type: 'openai',
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  properties: { k: 1 },
  userProperties: { id: 7, additionalProperties: { plan: 'pro' } },
  tags: ['a'],
  visibility: 'public',
  messages: MESSAGES,
};
const TICKET = { externalId: 'x-2', type: 'support_ticket', messages: [{ role: 'customer', content: null }] };
const COPILOT = { type: 'support_copilot', supportTicketConversationId: 'x-2', messages: [{ role: 'agent', content: 'text' }] };

/** Each call of the SDK that keeps or reads conversations and feedback. */
export async function checkConversations(at, client) {
  const api = { apiIntegrationKey: KEY };
  const page = { webIntegrationKey: PAGE_KEY };
  const first = { ...CHAT, messages: MESSAGES.slice(0, 1) };

  await check(`${at}: the SDK logs conversations of each type, and goes on with them`, async () => {
    const { id, createdAt } = await client.conversations.log(api, first);
    const whole = await client.conversations.log(api, { ...CHAT, id });
    assert.deepEqual([whole.id, whole.messages.length], [id, 2]);
    assert.equal(createdAt, '2026-01-02T03:04:05.678Z');
    const ticket = await client.conversations.log(api, TICKET);
    assert.equal((await client.conversations.log(api, TICKET)).id, ticket.id);
    assert.equal((await client.conversations.log(api, COPILOT)).supportTicketConversationId, 'x-2');
    const ofPage = await client.conversations.log(page, { type: 'openai', messages: [{ role: 'user', content: 'hello' }] });
    await assert.rejects(client.conversations.get(page, { id: ofPage.id }), { statusCode: 404 });
  });
  await check(`${at}: the SDK reads conversations, by a key of a page what is shared`, async () => {
    const found = await client.conversation.getConversationByExternalId({ externalId: 'x-1' });
    const read = await client.conversations.get(api, { id: found.id });
    assert.deepEqual(read, found);
    assert.deepEqual([read.messages.length, read.userProperties.id, read.tags], [2, 7, ['a']]);
    const shared = await client.conversations.get(page, { id: found.id });
    assert.deepEqual([shared.messages[1].content, shared.userProperties], ['hi', undefined]);
    const list = await client.conversations.list({ limit: 2, offset: 1 });
    assert.deepEqual([list.total, list.pageSize, list.count, list.conversations.length], [4, 2, 2, 2]);
    assert.equal((await client.conversations.list({})).count, 4);
  });
  await check(`${at}: the SDK submits and reads feedback`, async () => {
    const reasons = [{ label: 'inaccurate', details: 'text' }];
    const sent = {
      type: 'negative',
      messageId: 'm2',
      reasons,
      createdAt: new Date(),
      properties: { a: 1 },
      userProperties: { id: 'u', additionalProperties: {} },
    };
    const { id } = await client.feedback.submit(sent);
    assert.equal((await client.feedback.submit(sent)).id, id);
    await client.feedback.submit({ type: 'positive', messageId: 'm1' });
    await client.feedback.submit({ type: 'positive', messageId: 'of nobody' });
    const { conversation, message, ...feedback } = await client.feedback.getFeedbackById({ id });
    assert.deepEqual([feedback.reasons, feedback.userProperties.id], [reasons, 'u']);
    assert.deepEqual([conversation.externalId, message.id, message.content], ['x-1', 'm2', 'hi']);
    const list = await client.feedback.list({});
    const lengths = [list.positiveFeedback.length, list.negativeFeedback.length];
    assert.deepEqual([list.positiveFeedbackCount, list.negativeFeedbackCount, ...lengths], [1, 1, 1, 1]);
  });
  await checkQueries(at, client);
  await check(`${at}: the SDK deletes a conversation, by no key of a page`, async () => {
    const { id } = await client.conversation.getConversationByExternalId({ externalId: 'x-1' });
    await assert.rejects(client.conversations.delete(page, { id }), { statusCode: 403 });
    assert.equal((await client.conversations.delete(api, { id })).success, true);
    for (const ask of [client.conversations.get, client.conversations.delete]) {
      await assert.rejects(ask.call(client.conversations, api, { id }), { statusCode: 404 });
    }
    assert.equal((await client.feedback.list({})).negativeFeedbackCount, 0);
  });
}

const FIELDS = {
  conversations: ['id', 'userMessageCount', 'organizationId', 'projectId', 'integrationId', 'firstMessageTime', 'type'],
  queryFeedback: [
    'id',
    'type',
    'messageId',
    'createdAt',
    'organizationId',
    'reasons',
    'conversationId',
    'projectId',
    'integrationId',
  ],
};
const DOCUMENTS = ['properties', 'userProperties'];
const TIMES = { conversations: 'firstMessageTime', queryFeedback: 'createdAt' };
const OPERATORS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte'];

/** Questions to one of the queries, of each form that the SDK lets pass and the server answers. */
function* questionsOf(name) {
  const fields = [...FIELDS[name], ...DOCUMENTS];
  const time = TIMES[name];
  yield {};
  for (const field of fields) {
    yield { select: [{ type: 'field', field }] };
    yield {
      select: [{ type: 'aggregation', aggregation: 'count', field }],
      orderBy: [{ field: `count_${field}`, direction: 'asc' }],
    };
    yield { select: [{ type: 'aggregation', aggregation: 'countDistinct', field }] };
    yield { groupBy: [{ field }], select: [{ type: 'aggregation', aggregation: 'count' }] };
    yield { groupBy: [{ field, includeInSelect: false }], select: [{ type: 'aggregation', aggregation: 'count', field: 'id' }] };
    yield { where: { condition: { field, operator: 'isNull' } }, orderBy: [{ field, direction: 'desc' }] };
    yield { where: { or: [{ condition: { field, operator: 'isNotNull' } }, { and: [] }] } };
  }
  for (const timeUnit of ['hour', 'day', 'week', 'month']) {
    const select = [
      { type: 'time', timeUnit, field: time },
      { type: 'aggregation', aggregation: 'count' },
    ];
    yield { select, orderBy: [{ field: `${time}_${timeUnit}`, direction: 'desc' }] };
  }
  for (const field of DOCUMENTS) {
    for (const path of [['k'], ['userId'], ['supportAgentName'], ['a', 'b']]) {
      yield { select: [{ type: 'field', field, path }] };
      for (const aggregation of ['sum', 'avg', 'min', 'max', 'count', 'countDistinct']) {
        yield { select: [{ type: 'aggregation', aggregation, field, path }] };
      }
      for (const operator of OPERATORS) yield { where: { condition: { field, operator, value: { path, value: 1 } } } };
    }
    yield { where: { condition: { field, operator: 'jsonHasAnyKey', value: ['k', 'id'] } } };
    yield { where: { condition: { field, operator: 'jsonContains', value: { k: 1 } } } };
  }
  for (const operator of OPERATORS) yield { where: { condition: { field: time, operator, value: new Date() } } };
  for (const aggregation of ['min', 'max']) yield { select: [{ type: 'aggregation', aggregation, field: time }] };
}

async function checkQueries(at, client) {
  for (const name of Object.keys(FIELDS)) {
    const failures = new Map();
    let asked = 0;
    for (const question of questionsOf(name)) {
      asked++;
      await client.query[name](question).catch((error) =>
        failures.set(JSON.stringify(question), `${error.name}: ${error.message}`),
      );
    }
    const invalid = [...failures.values()].filter((failure) => failure.startsWith('ResponseValidationError')).length;
    await check(`${at}: each of ${asked} questions of ${name} is answered; ResponseValidationError: ${invalid}`, () =>
      assert.deepEqual([...failures], []),
    );
  }
  await check(`${at}: the SDK reads in queries what it logged`, async () => {
    const byType = { groupBy: [{ field: 'type' }], orderBy: [{ field: 'type', direction: 'asc' }] };
    const { data } = await client.query.conversations({
      ...byType,
      select: [{ type: 'aggregation', aggregation: 'sum', field: 'userMessageCount' }],
    });
    const sums = data.result.map(({ type, sumUserMessageCount }) => [type, sumUserMessageCount]);
    assert.deepEqual(sums, [
      ['openai', 2],
      ['support_copilot', 0],
      ['support_ticket', 0],
    ]);
    const { data: first } = await client.query.conversations({
      where: { condition: { field: 'userProperties', operator: 'isNotNull' } },
    });
    const [{ firstMessageTime, userMessageCount, properties, userProperties }] = first.result;
    assert.ok(firstMessageTime instanceof Date);
    assert.deepEqual([userMessageCount, properties.k, userProperties.id], [1, 1, 7]);
    const { data: thumbs } = await client.query.queryFeedback({
      where: { condition: { field: 'type', operator: 'eq', value: 'negative' } },
    });
    assert.deepEqual(
      [thumbs.total, thumbs.result[0].reasons, thumbs.result[0].messageId],
      [1, [{ label: 'inaccurate', details: 'text' }], 'm2'],
    );
  });
}
