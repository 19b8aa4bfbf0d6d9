import { EventLogQueryModule } from 'nestjs-event-log/query';
import { ADAPTERS, type Adapter, closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import {
  type AnsweredConversation,
  chat,
  type ConversationsHost,
  type ConversationsHostOptions,
  KEYS,
  question,
  reply,
  startConversations,
  storedIn,
} from './host.js';

interface Feedback {
  positiveFeedbackCount: number;
  positiveFeedback: { id: string; conversation: { id: string } }[];
}

const FIRST = { key: KEYS.first.key };
const SECOND = { key: KEYS.second.key };
const PROJECT = { key: KEYS.api.key };

function ticket(content: string) {
  return { type: 'support_ticket', externalId: 'T-1', messages: [{ role: 'customer', content }] };
}

function testIntegrations(start: () => ConversationsHostOptions): void {
  describe.each(ADAPTERS)('on %s', (adapter: Adapter) => {
    let host: ConversationsHost;

    beforeAll(async () => {
      const { imports = [], log } = start();
      host = await startConversations(adapter, { imports: [...imports, EventLogQueryModule.forRoot()], log });
    });
    afterAll(closeApps);

    const textsOf = async (id: string) => {
      const { messages } = (await host.get(`/conversations/${id}`)).json<AnsweredConversation>();
      return messages.map(({ content }) => content);
    };
    const idBy = async (key: { key: string }) =>
      (await host.get('/conversations/external/T-1', key)).json<AnsweredConversation>().id;

    it('have each a conversation of the same external id, which the other neither changes nor reads', async () => {
      const ofFirst = await host.stored(ticket('of the first'), FIRST);
      const ofSecond = await host.stored(ticket('of the second'), SECOND);
      expect(ofSecond.id).not.toBe(ofFirst.id);
      expect([await textsOf(ofFirst.id), await textsOf(ofSecond.id)]).toEqual([['of the first'], ['of the second']]);
      expect([await idBy(FIRST), await idBy(SECOND)]).toEqual([ofFirst.id, ofSecond.id]);
      for (const [key, { id }] of [
        [FIRST, ofFirst],
        [SECOND, ofSecond],
      ] as const) {
        expect((await host.stored(ticket('changed'), key)).id).toBe(id);
        expect((await host.stored(ticket('changed again'), { ...key })).id).toBe(id);
      }
      // A server of the whole project goes on with what is there.
      expect((await host.stored(ticket('by the project'), PROJECT)).id).toBe(ofSecond.id);
      expect([await textsOf(ofFirst.id), await textsOf(ofSecond.id)]).toEqual([['changed again'], ['by the project']]);
    });

    it('have feedback with their own conversation of a message, and the project sees the one that had it first', async () => {
      const [asked, answer] = [question(), reply()];
      const ofFirst = await host.stored(chat([asked, answer]), FIRST);
      const thumb = { type: 'positive', messageId: answer.id, userProperties: { id: 'u-1' } };
      const { id } = (await host.send('/feedback', thumb, SECOND)).json<{ id: string }>();
      const conversationOf = async (key: { key: string }) => {
        const found = await host.get(`/feedback/${id}`, key);
        const { positiveFeedback, positiveFeedbackCount } = (await host.get('/feedback', key)).json<Feedback>();
        const select = ['id', 'conversationId'].map((field) => ({ type: 'field', field }));
        const asked = (await host.send('/query/feedback', { select }, key)).json<{ data: { result: object[] } }>();
        const listed = positiveFeedback.map((one) => ({ id: one.id, conversationId: one.conversation.id }));
        expect(asked.data.result).toEqual(listed);
        expect([listed.length, found.status]).toEqual(positiveFeedbackCount === 0 ? [0, 404] : [1, 200]);
        return listed.at(0)?.conversationId;
      };
      expect([await conversationOf(FIRST), await conversationOf(SECOND), await conversationOf(PROJECT)]).toEqual([
        undefined,
        undefined,
        ofFirst.id,
      ]);
      const ofSecond = await host.stored(chat([question(), answer]), SECOND);
      expect([await conversationOf(FIRST), await conversationOf(SECOND), await conversationOf(PROJECT)]).toEqual([
        undefined,
        ofSecond.id,
        ofFirst.id,
      ]);
    });
  });
}

describe('Two integrations of a project in memory', () => testIntegrations(() => ({})));

describeEngines('Two integrations of a project', (engine) => {
  let made = 0;
  testIntegrations(() => storedIn(engine.url, `host${made++}_`));
});
