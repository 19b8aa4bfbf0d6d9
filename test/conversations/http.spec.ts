import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { startSqlite, type TestDatabase } from '../utils/databases.js';
import {
  type AnsweredConversation,
  chat,
  type ConversationsHost,
  KEYS,
  ORIGIN,
  question,
  reply,
  shared,
  startConversations,
  storedIn,
} from './host.js';

afterAll(closeApps);

describe.each(ADAPTERS)('Conversations over HTTP on %s', (adapter) => {
  let host: ConversationsHost;
  let database: TestDatabase;

  // SQLite, as the store in memory must only pass the contract that this one passes too.
  beforeAll(async () => {
    database = await startSqlite();
    host = await startConversations(adapter, storedIn(database.url));
  });

  afterAll(() => database.stop());

  const read = async (id: string, key = KEYS.api.key) =>
    (await host.get(`/conversations/${id}`, { key })).json<AnsweredConversation>();

  it('answers a new chat with an id of the server, and with what the SDK asks for and no more', async () => {
    const first = question();
    const answer = await host.send('/conversations', chat([first]));
    expect(answer.status).toBe(200);
    expect(answer.header('content-type')).toBe('application/json; charset=utf-8');
    const { id, createdAt } = answer.json<AnsweredConversation>();
    expect(id).toMatch(/^conv_[0-9a-f-]{36}$/);
    const external = { externalId: null, externalUrl: null };
    const times = { createdAt, updatedAt: createdAt };
    expect(answer.json()).toEqual({
      id,
      type: 'openai',
      ...external,
      supportTicketConversationId: null,
      ...times,
      projectId: 'p1',
      integrationId: 'i1',
      visibility: null,
      messages: [{ ...first, type: 'openai', ...external, conversationId: id, ...times }],
      messagesOpenAIFormat: [],
    });
  });

  it('adds to a chat what is new, and stores each message once', async () => {
    const messages = [question(), reply(), question('And pipes?'), reply()];
    const { id } = await host.stored(chat(messages.slice(0, 1)));
    for (const length of [2, 3, 4, 4]) {
      expect((await host.stored(chat(messages.slice(0, length), { id }))).id).toBe(id);
    }
    const stored = await read(id);
    expect(stored.messages).toMatchObject(messages);
    expect(stored).toMatchObject({
      tags: ['a', 'b'],
      properties: { site: 'docs' },
      userProperties: { email: 'person@example.org' },
    });
  });

  it('shortens no chat that arrives late, and changes none that is sent again', async () => {
    const messages = [question(), reply(), question('And pipes?')];
    const { id } = await host.stored(chat(messages));
    const before = await read(id);
    const late = await host.stored(chat(messages.slice(0, 1), { id }));
    expect(late.messages.length).toBe(1);
    await host.stored(chat(messages, { id }));
    expect(await read(id)).toEqual(before);
  });

  it('makes one conversation of first posts that raced, and finds it again without an id', async () => {
    const messages = [question(), reply()];
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => host.stored(chat(messages.slice(0, 1 + (at % 2))))));
    const ids = new Set(answers.map(({ id }) => id));
    expect(ids.size).toBe(1);
    expect((await read([...ids][0])).messages).toMatchObject(messages);
  });

  it('gives the id that was sent only to a chat of the same first message, project and integration', async () => {
    const first = question();
    const { id } = await host.stored(chat([first]));
    const strangers: [object, string][] = [
      [chat([question()], { id }), KEYS.page.key],
      [chat([{ ...first, content: 'another text' }], { id }), KEYS.page.key],
      [chat([{ ...first, id: undefined, role: 'system' }], { id }), KEYS.api.key],
      [chat([first], { id }), KEYS.other.key],
      [chat([first], { id }), KEYS.two.key],
      [chat([question()], { id: 'conv_of_nobody' }), KEYS.page.key],
    ];
    for (const [sent, key] of strangers) {
      const answer = await host.stored(sent, { key });
      expect(answer.id).not.toBe(id);
      expect(answer.id).not.toBe('conv_of_nobody');
    }
    expect((await read(id)).messages).toMatchObject([first]);
  });

  it('lets a page add to its chat alone, and a key of a server change what is stored', async () => {
    const messages = [question(), reply()];
    const { id } = await host.stored(chat(messages));
    const changed = [messages[0], { ...messages[1], content: 'something else' }];
    await host.stored(chat(changed, { id, visibility: 'public' }));
    expect(await read(id)).toMatchObject({ visibility: null, messages });
    const server = { ...chat(changed), id, integrationId: 'i1', visibility: 'public' };
    expect((await host.stored(server, { key: KEYS.api.key })).id).toBe(id);
    expect(await read(id)).toMatchObject({ visibility: 'public', messages: changed });
  });

  it('opens a shared copy to whoever has its id, without the person, and nothing else to a page', async () => {
    const original = await host.stored(chat([question(), { ...reply(), links: [{ url: 'https://docs.example/guards' }] }]));
    const copy = await host.stored(shared(original));
    expect(copy.id).not.toBe(original.id);
    const opened = await host.get(`/conversations/${copy.id}`, { key: KEYS.page.key, headers: { Origin: ORIGIN } });
    expect(opened.status).toBe(200);
    expect(opened.header('access-control-allow-origin')).toBe(ORIGIN);
    expect(opened.header('cache-control')).toBe('no-store');
    const { messages } = opened.json<AnsweredConversation>();
    expect(messages.map(({ content, links }) => [content, links])).toEqual(
      original.messages.map(({ content, links }) => [content, links]),
    );
    expect(opened.json()).not.toHaveProperty('userProperties');
    expect(opened.json()).not.toHaveProperty('properties');
    const refused = [original.id, 'conv_of_nobody'].map((id) => host.get(`/conversations/${id}`, { key: KEYS.page.key }));
    const elsewhere = host.get(`/conversations/${copy.id}`, { key: KEYS.other.key });
    for (const answer of await Promise.all([...refused, elsewhere])) {
      expect(answer.status).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not_found', detail: 'No conversation has this id' });
    }
  });

  it('lets nobody who has opened a shared copy write to it', async () => {
    const copy = await host.stored(shared(await host.stored(chat([question(), reply()]))));
    const before = await read(copy.id);
    const defaced = {
      ...shared(copy),
      messages: [...before.messages.map(({ id, role, content }) => ({ id, role, content })), reply('<b>spam</b>')],
    };
    expect((await host.stored({ ...defaced, id: copy.id, tags: ['spam'] })).id).toBe(copy.id);
    expect(await read(copy.id)).toEqual(before);
  });

  it('tells the readers of a chat that is public from the start no id by which they could go on with it', async () => {
    const first = question();
    const { id } = await host.stored(chat([first], { visibility: 'public' }));
    const opened = (await host.get(`/conversations/${id}`, { key: KEYS.page.key })).json<AnsweredConversation>();
    expect(opened.messages[0].content).toBe(first.content);
    expect(JSON.stringify(opened)).not.toContain(first.id);
    const taken = await host.stored(chat([{ ...first, id: opened.messages[0].id }, reply('spam')], { id }));
    expect(taken.id).not.toBe(id);
  });

  it('keeps feedback on a message once, as it came last, and answers no more than was sent', async () => {
    const answer = reply();
    await host.stored(chat([question(), answer]));
    const thumb = { type: 'negative', messageId: answer.id, userProperties: { id: 'u-1' }, properties: { site: 'docs' } };
    const reasons = [{ label: 'inaccurate_statement', details: 'free text' }];
    const at = (second: number) => `2026-11-26T13:21:0${second}.000Z`;
    const all = [
      { createdAt: at(1), reasons },
      { createdAt: '9999-12-31T23:59:59.999Z', reasons: [] },
      { createdAt: '0001-01-01T00:00:00.000Z', reasons: null },
    ];
    const first = (await host.send('/feedback', { ...thumb, createdAt: at(1), reasons: [] })).json();
    expect(first).toEqual({ id: first.id, type: 'negative', messageId: answer.id, createdAt: at(1), reasons: [] });
    for (const sent of all) {
      expect((await host.send('/feedback', { ...thumb, ...sent })).json()).toEqual({ ...first, ...sent });
      expect((await host.get(`/feedback/${first.id}`)).json()).toMatchObject(sent);
    }
    const up = (await host.send('/feedback', { ...thumb, type: 'positive' })).json();
    const another = (await host.send('/feedback', { ...thumb, userProperties: { id: 'u-2' } })).json();
    expect(new Set([first.id, up.id, another.id]).size).toBe(3);
  });

  it('takes feedback on a message that nobody knows', async () => {
    const answer = await host.send('/feedback', { type: 'positive', messageId: 'of-nobody' });
    expect([answer.status, answer.json().type]).toEqual([200, 'positive']);
  });

  it.each(['/conversations', '/feedback', '/conversations/conv_1'])('answers the preflight of a page for %s', async (path) => {
    const method = path.includes('conv_1') ? 'GET' : 'POST';
    const headers = {
      Origin: ORIGIN,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type',
    };
    const response = await fetch(host.url + path, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-allow-methods')).toContain(method);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  it.each([
    ['{"type":"openai"', 400, 'bad_request'],
    [null, 422, 'unprocessable_entity'],
    [chat([]), 422, 'unprocessable_entity'],
  ])('refuses %j as a problem that the page can read', async (body, status, code) => {
    for (const path of ['/conversations', '/feedback']) {
      const answer = await host.send(path, body, { headers: { Origin: ORIGIN } });
      expect(answer.status).toBe(status);
      expect(answer.header('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.header('access-control-allow-origin')).toBe(ORIGIN);
      expect(answer.json()).toMatchObject({ code, instance: path });
    }
  });

  it.each<[string, object, string[]]>([
    ['another type', { type: 'chat' }, ['#/type']],
    ['no list of messages', { messages: 'hello' }, ['#/messages']],
    ['a message that is no object', { messages: [question(), 'hello'] }, ['#/messages']],
    [
      'roles and contents that are none',
      { messages: [{ role: 'tool', content: 5 }, { content: [{ type: 'audio' }] }] },
      ['#/messages/0/role', '#/messages/0/content', '#/messages/1/role', '#/messages/1/content'],
    ],
    [
      'two messages of one id',
      {
        messages: [
          { ...question(), id: 'm' },
          { ...reply(), id: 'm' },
        ],
      },
      ['#/messages/1/id'],
    ],
    ['a link that is none', { messages: [{ ...reply(), links: ['https://a.example'] }] }, ['#/messages/0/links']],
    ['a user of no name', { userProperties: { id: true } }, ['#/userProperties/id']],
    ['too many tags', { tags: Array(51).fill('a') }, ['#/tags']],
    ['a visibility that is none', { visibility: 'friends' }, ['#/visibility']],
    ['NUL in a key', { messages: [{ ...question(), metadata: { 'a\0': 1 } }] }, ['#/messages/0/metadata/a%00']],
    ['a time without an offset', { createdAt: '2026-01-01T00:00:00' }, ['#/createdAt']],
    ['too many messages', { messages: Array.from({ length: 1_001 }, () => question()) }, ['#/messages']],
  ])('refuses %s, names the field and stores nothing', async (_what, fields, pointers) => {
    const answer = await host.send('/conversations', { ...chat(), ...fields });
    expect(answer.status).toBe(422);
    const { errors } = answer.json<{ errors: { pointer: string }[] }>();
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(pointers.sort());
  });

  it.each<[object, RegExp]>([
    [{}, /^messages is missing: /],
    [{ messages: 'hello' }, /^messages must be an array$/],
  ])('says of a chat with %j what is wrong with its messages', async (messages, detail) => {
    const answer = await host.send('/conversations', { type: 'openai', ...messages });
    expect(answer.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '#/messages', detail: expect.stringMatching(detail) }],
    });
    expect(answer.json<{ errors: unknown[] }>().errors).toHaveLength(1);
  });

  it.each<[object, string]>([
    [{ type: 'neutral', messageId: 'm' }, '#/type'],
    [{ type: 'positive' }, '#/messageId'],
    [{ type: 'negative', messageId: 'm', reasons: [{ label: 'wrong' }] }, '#/reasons/0/details'],
    [{ type: 'positive', messageId: 'm', createdAt: 'today' }, '#/createdAt'],
  ])('refuses the feedback %j', async (feedback, pointer) => {
    const answer = await host.send('/feedback', feedback);
    expect(answer.status).toBe(422);
    expect(answer.json().errors).toMatchObject([{ pointer }]);
  });

  it('keeps what it does not know of a message, and replaces what databases refuse', async () => {
    const message = { ...question('a\0b\ud800'), metadata: { deep: ['x\0'] }, __proto: 1 };
    const { id } = await host.stored(chat([message]));
    const [stored] = (await read(id)).messages;
    expect(stored).toMatchObject({ content: 'a\ufffdb\ufffd', metadata: { deep: ['x\ufffd'] }, __proto: 1 });
    expect((await host.stored(chat([message], { id }))).id).toBe(id);
  });

  it('refuses keys that are unknown, of other origins, held to other entity types, or that may not delete', async () => {
    const { id } = await host.stored(chat());
    const sent: [Promise<{ status: number }>, number][] = [
      [host.send('/conversations', chat(), { key: 'unknown' }), 401],
      [host.send('/feedback', { type: 'positive', messageId: 'm' }, { key: 'unknown' }), 401],
      [host.send('/conversations', chat(), { headers: { Origin: 'https://evil.example' } }), 403],
      [host.send('/conversations', chat(), { key: KEYS.searches.key }), 403],
      [host.get(`/conversations/${id}`, { key: KEYS.searches.key }), 403],
      [host.delete(`/conversations/${id}`, KEYS.page.key), 403],
      [host.delete(`/conversations/${id}`, KEYS.writer.key), 403],
      [host.delete(`/conversations/${id}`, KEYS.two.key), 404],
      [host.get('/conversations', { key: KEYS.page.key }), 403],
      [host.get('/feedback', { key: KEYS.page.key }), 403],
      [host.get(`/conversations/${id}`, { key: KEYS.writer.key }), 404],
      [host.get(`/conversations/${id}`, { key: KEYS.two.key }), 404],
      [host.get(`/conversations/${id}`, { key: KEYS.all.key }), 200],
      [host.send('/conversations', { ...chat(), projectId: 'p2' }), 403],
      [host.send('/conversations', 'x'.repeat(2 * 1024 * 1024 + 1)), 413],
      [host.send('/conversations', chat(), { headers: { 'Content-Type': 'text/plain' } }), 415],
    ];
    for (const [answer, status] of sent) expect((await answer).status).toBe(status);
    const put = await fetch(`${host.url}/conversations`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD, OPTIONS']);
  });
});
