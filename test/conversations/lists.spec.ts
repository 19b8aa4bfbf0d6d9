import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import {
  type AnsweredConversation,
  chat,
  type ConversationsHost,
  KEYS,
  question,
  reply,
  shared,
  startConversations,
  storedIn,
} from './host.js';

/** A page of conversations as it is answered. */
interface Page {
  conversations: AnsweredConversation[];
  total: number;
  pageSize: number;
  count: number;
}

/** A page of feedback as it is answered. */
interface Feedback {
  positiveFeedbackCount: number;
  negativeFeedbackCount: number;
  positiveFeedback: Rated[];
  negativeFeedback: Rated[];
}

interface Rated {
  id: string;
  conversation: AnsweredConversation;
  message: { id: string };
}

describeEngines('Conversations and feedback', (engine) => {
  describe.each(ADAPTERS)('read on %s', (adapter) => {
    let host: ConversationsHost;
    const server = { key: KEYS.api.key };

    beforeAll(async () => {
      const { imports, log } = storedIn(engine.url, `${adapter}_`);
      host = await startConversations(adapter, { imports, log });
    });
    afterAll(closeApps);

    it("are listed by their last change, a page at a time, of the key's project alone", async () => {
      const chats: AnsweredConversation[] = [];
      for (let count = 0; count < 3; count++) chats.unshift(await host.stored(chat([question(), reply()])));
      await host.stored(chat(), { key: KEYS.other.key });
      const [newest, middle, oldest] = chats.map(({ id }) => id);
      const all = (await host.get('/conversations')).json<Page>();
      expect(all.conversations.map(({ id }) => id)).toEqual([newest, middle, oldest]);
      expect(all).toMatchObject({ total: 3, pageSize: 20, count: 3 });
      expect(all.conversations[0]).toMatchObject({ userProperties: { id: 'u-1' }, messages: chats[0].messages });
      const page = (await host.get('/conversations?limit=2&offset=2')).json<Page>();
      expect(page).toMatchObject({ conversations: [{ id: oldest }], total: 3, pageSize: 2, count: 1 });
      expect((await host.get('/conversations', { key: KEYS.all.key })).json<Page>().total).toBe(4);
      await host.stored(
        chat([...chats[2].messages.map(({ id, role, content }) => ({ id, role, content })), question()], { id: oldest }),
      );
      expect((await host.get('/conversations?limit=1')).json<Page>().conversations[0].id).toBe(oldest);
    });

    it.each([
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=1.5',
      'limit=',
      'limit=1&limit=2',
      'offset=-1',
      'offset=x',
      'offset=1e9',
    ])('are not listed with %s, in words', async (query) => {
      for (const path of ['conversations', 'feedback']) {
        const answer = await host.get(`/${path}?${query}`);
        expect(answer.status).toBe(422);
        expect(answer.json().errors).toMatchObject([{ pointer: `?${query.slice(0, query.indexOf('='))}` }]);
      }
    });

    it('are found by an external id, whatever it is, which no page can take', async () => {
      const externalId = 'T/1 ?#é%';
      const ticket = { type: 'support_ticket', externalId, messages: [{ role: 'customer', content: null }] };
      const { id } = await host.stored(ticket, server);
      await host.stored({ ...ticket, messages: [{ role: 'spam', content: 'spam' }] });
      const path = `/conversations/external/${encodeURIComponent(externalId)}`;
      expect((await host.get(path)).json<AnsweredConversation>()).toMatchObject({
        id,
        externalId,
        messages: [{ role: 'customer' }],
      });
      expect((await host.get(path, { key: KEYS.two.key })).status).toBe(404);
      expect((await host.get(path, { key: KEYS.page.key })).status).toBe(403);
      expect((await host.get('/conversations/external')).status).toBe(404);
    });

    it('are deleted with shared copies and feedback, and an open page can not bring them back', async () => {
      const answer = reply();
      const messages = [question(), answer];
      const original = await host.stored(chat(messages));
      const copy = await host.stored(shared(original));
      await host.send('/feedback', { type: 'positive', messageId: answer.id });
      const deleted = await host.delete(`/conversations/${original.id}`);
      expect(deleted.status).toBe(200);
      expect(deleted.json()).toEqual({ success: true, message: expect.any(String) });
      for (const { id } of [original, copy]) expect((await host.get(`/conversations/${id}`)).status).toBe(404);
      expect((await host.get('/feedback')).json<Feedback>().positiveFeedbackCount).toBe(0);
      const again = [chat([...messages, question()], { id: original.id }), chat(messages), shared(original)];
      for (const sent of again) {
        const refused = await host.send('/conversations', sent);
        expect([refused.status, refused.json().code]).toEqual([410, 'gone']);
      }
      expect((await host.delete(`/conversations/${original.id}`)).status).toBe(404);
    });

    it('of feedback have the conversation and the message, and are counted by kind', async () => {
      const answer = reply();
      const { id } = await host.stored(chat([question(), answer]));
      const thumb = (type: string, user: string) => ({ type, messageId: answer.id, userProperties: { id: user } });
      const ids: string[] = [];
      for (const sent of [thumb('positive', 'a'), thumb('positive', 'b'), thumb('negative', 'a')]) {
        ids.push((await host.send('/feedback', sent)).json<{ id: string }>().id);
      }
      const list = (await host.get('/feedback')).json<Feedback>();
      expect(list).toMatchObject({ positiveFeedbackCount: 2, negativeFeedbackCount: 1 });
      expect(list.positiveFeedback.map((one) => one.id).sort()).toEqual(ids.slice(0, 2).sort());
      expect(list.negativeFeedback).toMatchObject([
        { id: ids[2], conversation: { id }, message: { id: answer.id, content: answer.content } },
      ]);
      expect((await host.get(`/feedback/${ids[2]}`)).json()).toEqual(list.negativeFeedback[0]);
      const page = (await host.get('/feedback?limit=1&offset=2')).json<Feedback>();
      expect(page.positiveFeedback.length + page.negativeFeedback.length).toBe(1);
      expect((await host.get(`/feedback/${ids[2]}`, { key: KEYS.two.key })).status).toBe(404);
      expect((await host.get('/feedback/of-nobody')).status).toBe(404);
    });
  });
});
