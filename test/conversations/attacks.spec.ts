import { createHash } from 'node:crypto';
import { ConversationStore, type ProblemDetails } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import {
  type AnsweredConversation,
  chat,
  type ConversationsHost,
  KEYS,
  messageId,
  question,
  reply,
  shared,
  startConversations,
  storedIn,
} from './host.js';

const MIB = 1024 * 1024;

describeEngines('A page that means harm', (engine) => {
  let host: ConversationsHost;

  beforeAll(async () => {
    host = await startConversations('fastify', storedIn(engine.url, ''));
  });
  afterAll(closeApps);

  const store = () => host.app.get(ConversationStore, { strict: false });
  const opens = async (id: string) =>
    (await host.get(`/conversations/${id}`, { key: KEYS.page.key })).json<AnsweredConversation>();
  const textOf = (at: number) => createHash('sha512').update(String(at)).digest('hex');

  it('finds no conversation by ids that are like known ones, and learns nothing of those that are there', async () => {
    const known = await host.stored(chat([question('secret text')]));
    const guesses = [
      known.id.slice(0, -1),
      `${known.id}0`,
      known.id.toUpperCase(),
      known.id.replace('conv_', ''),
      '%00',
      "' OR 1=1 --",
      '%25',
      '..%2f',
    ];
    for (const guess of guesses) {
      const answer = await host.get(`/conversations/${guess.includes('%') ? guess : encodeURIComponent(guess)}`, {
        key: KEYS.page.key,
      });
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toContain('secret');
    }
  });

  it('is answered with what it sent alone, also where it knows ids of a chat', async () => {
    const first = question('a question that can be guessed');
    const { id } = await host.stored(chat([first, reply('secret answer')], { userProperties: { email: 'secret@example.org' } }));
    const guessed = await host.send('/conversations', chat([first], { id, tags: [], userProperties: {} }));
    expect(guessed.text).not.toContain('secret');
    const other = await host.send('/conversations', chat([{ ...first, content: 'x' }], { id }));
    expect(other.json().id).not.toBe(id);
  });

  it('that opens a shared copy goes on with neither the copy nor its original, and shares it further tied to that', async () => {
    const [first, answer] = [question('of the victim'), reply()];
    const original = await host.stored(chat([first, answer]));
    const copy = await host.stored(shared(original));
    const before = await store().find(original.id, {});
    const opened = await opens(copy.id);
    expect(JSON.stringify(opened)).not.toContain(first.id);
    expect((await opens(copy.id)).messages[0].id).not.toBe(opened.messages[0].id);
    const shownId = opened.messages[0].id;
    for (const id of [shownId, shownId.slice(13), `${copy.id}-0`, undefined]) {
      const forged = chat([{ ...first, id }, reply('FORGED')], { id: copy.id, userProperties: { userId: 'stranger' } });
      const { id: taken, messages } = await host.stored(forged);
      expect([original.id, ...(id === undefined ? [] : [copy.id])]).not.toContain(taken);
      expect(JSON.stringify(messages)).not.toContain(first.id);
    }
    expect(await store().find(original.id, {})).toEqual(before);
    expect((await opens(copy.id)).messages.length).toBe(2);
    const further = await host.stored(shared(opened));
    expect((await store().find(further.id, {}))?.originId).toBe(original.id);
  });

  it('that reads a chat that is public from the start can not go on with it by its texts', async () => {
    const first = question('public from the start');
    const person = { userId: 'victim' };
    for (const begun of [first, { ...first, id: undefined, content: 'without ids' }]) {
      const { id } = await host.stored(chat([begun, reply()], { visibility: 'public', userProperties: person }));
      const before = (await store().find(id, {}))!;
      const told = await host.stored(
        chat([{ ...begun, id: undefined }, reply('FORGED')], { id, userProperties: { userId: 'x' } }),
      );
      expect(await store().find(id, {})).toEqual(before);
      for (const message of before.messages) expect(JSON.stringify(told)).not.toContain(message.id);
    }
  });

  it('that knows the id of a chat without ids of messages, and not its text, has a chat of its own', async () => {
    const unnamed = (content: string) => [{ role: 'user', content }];
    const { id } = await host.stored(chat(unnamed('private')));
    const before = await store().find(id, {});
    expect((await host.stored(chat(unnamed('a guess'), { id, userProperties: { userId: 'x' } }))).id).not.toBe(id);
    expect(await store().find(id, {})).toEqual(before);
  });

  it('can send one chat of 2 MiB again and again: it is stored once', async () => {
    const messages = [question('long'), { ...reply(), content: 'x'.repeat(2 * MIB - 2_000) }];
    const { id } = await host.stored(chat(messages));
    for (let round = 0; round < 10; round++) await host.stored(chat(messages, round % 2 ? { id } : {}));
    const { messages: stored } = (await store().find(id, {}))!;
    expect(stored.map(({ body }) => String(body.content).length)).toEqual([4, 2 * MIB - 2_000]);
  });

  it('makes no list larger than a few of its chats, and each of them can still be read', async () => {
    const large = () => ({ ...reply(), content: 'é'.repeat(MIB * 0.9) });
    const messages = [large(), large(), large(), large(), large(), large()];
    const ids: string[] = [];
    for (const message of messages) {
      ids.unshift((await host.stored(chat([message], { userProperties: {} }))).id);
      await host.send('/feedback', { type: 'positive', messageId: message.id });
    }
    const thumbs = Array.from({ length: 10 }, (_, user) => ({ userProperties: { id: `u-${user}` } }));
    for (const thumb of thumbs) await host.send('/feedback', { type: 'negative', messageId: messages[0].id, ...thumb });
    const first = await host.get('/conversations?limit=6');
    const { conversations, count, total } = first.json<{ conversations: { id: string }[]; count: number; total: number }>();
    const rest = await host.get(`/conversations?limit=${6 - count}&offset=${count}`);
    const { conversations: more } = rest.json<{ conversations: { id: string }[] }>();
    expect([...conversations, ...more].map(({ id }) => id)).toEqual(ids);
    expect([conversations.length, total >= 6]).toEqual([count, true]);
    const feedback = await host.get('/feedback?limit=100');
    expect(feedback.json()).toMatchObject({ positiveFeedbackCount: 6, negativeFeedbackCount: 10, positiveFeedback: [] });
    for (const { text } of [first, feedback]) expect(text.length).toBeLessThan(10 * MIB);
  });

  it('can not make a chat larger than a body, whatever it adds to it', async () => {
    const first = question('growing');
    const sizes: number[] = [];
    for (let round = 0; round < 6; round++) {
      const answer = await host.send('/conversations', chat([first, { ...reply(), content: 'x'.repeat(MIB * 0.75) }]));
      sizes.push(answer.status);
    }
    expect(sizes).toEqual([200, 200, 422, 422, 422, 422]);
  });

  it('can not store a chat of 10,000 messages, and gets one of 1,000 stored whole', async () => {
    const messages = Array.from({ length: 10_000 }, (_, at) => ({ id: messageId(), role: 'user', content: textOf(at) }));
    const refused = await host.send('/conversations', chat(messages));
    expect([refused.status, refused.json().detail]).toEqual([422, 'messages must not hold more than 1000 messages']);
    const { id } = await host.stored(chat(messages.slice(0, 1_000)));
    const one = await host.send('/conversations', chat([messages[0], question()], { id }));
    expect(one.status).toBe(422);
    const { messages: stored } = (await host.get(`/conversations/${id}`)).json<AnsweredConversation>();
    expect(stored.map(({ content }) => content)).toEqual(messages.slice(0, 1_000).map(({ content }) => content));
  });

  it('is told of a conversation or of feedback where it holds too many values, and not of an event', async () => {
    const properties = { many: Array.from({ length: 200_001 }, () => 0) };
    const refusals = [
      await host.send('/conversations', chat([question()], { properties })),
      await host.send('/feedback', { type: 'positive', messageId: 'm', properties }),
    ];
    expect(refusals.map((answer) => [answer.status, answer.json<ProblemDetails>().errors![0].detail])).toEqual([
      [422, 'A conversation must not hold more than 200000 values in its messages and properties'],
      [422, 'Feedback must not hold more than 200000 values in its reasons and properties'],
    ]);
  });

  it('gets markup back as the text that it is, in JSON that no browser takes for a page', async () => {
    const markup = '<script>alert(1)</script><img src=x onerror=alert(2)>';
    const { id } = await host.stored(chat([question(markup)], { visibility: 'public' }));
    const answer = await host.get(`/conversations/${id}`, { key: KEYS.page.key, headers: { Accept: 'text/html' } });
    expect(answer.json<AnsweredConversation>().messages[0].content).toBe(markup);
    expect(answer.header('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.header('x-content-type-options')).toBe('nosniff');
  });

  it("can name no property that is JavaScript's own", async () => {
    const text =
      '{"type":"openai","messages":[{"id":"proto-1","role":"user","content":"a","__proto__":{"isAdmin":true}}],"__proto__":{"x":1},"userProperties":{"__proto__":{"y":1}}}';
    const { id } = await host.stored(text);
    const stored = (await store().find(id, {}))!;
    expect(({} as Record<string, unknown>).isAdmin).toBe(undefined);
    expect(Object.keys(stored.messages[0].body)).toEqual(['content', '__proto__']);
    expect(Object.keys(stored.userProperties!)).toEqual(['__proto__']);
  });
});
