import { ADAPTERS, type Adapter, closeApps } from '../utils/create-app.js';
import { describeEngines } from '../utils/describe-engines.js';
import {
  type AnsweredConversation,
  type ConversationsHost,
  type ConversationsHostOptions,
  KEYS,
  shared,
  startConversations,
  storedIn,
} from './host.js';

const SERVER = { key: KEYS.first.key };

function unnamed(...contents: string[]) {
  return contents.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));
}

function testUnnamed(start: () => ConversationsHostOptions): void {
  describe.each(ADAPTERS)('on %s', (adapter: Adapter) => {
    let host: ConversationsHost;

    beforeAll(async () => {
      host = await startConversations(adapter, start());
    });
    afterAll(closeApps);

    const sent = async (contents: string[], more: object = {}, key: { key?: string } = SERVER) =>
      host.stored({ type: 'openai', messages: unnamed(...contents), ...more }, key);
    const textsOf = async (id: string) => {
      const { messages } = (await host.get(`/conversations/${id}`)).json<AnsweredConversation>();
      return messages.map(({ content }) => content);
    };

    it('are replaced at their places by a server that changes them, and stay so when they are sent again', async () => {
      const { id, messages } = await sent(['a', 'b', 'c']);
      for (const contents of [
        ['a', 'b2', 'c'],
        ['a', 'b2', 'c2', 'd'],
        ['a', 'a', 'a', 'a', 'a'],
      ]) {
        for (let round = 0; round < 3; round++) expect((await sent(contents, { id })).id).toBe(id);
        expect(await textsOf(id)).toEqual(contents);
      }
      const { messages: changed } = (await host.get(`/conversations/${id}`)).json<AnsweredConversation>();
      expect(changed.slice(0, 3).map((message) => message.id)).toEqual(messages.map((message) => message.id));
    });

    it('are replaced in a conversation that is found by its external id, the first one as well', async () => {
      const externalId = 'T-1';
      const { id } = await sent(['a', 'b'], { externalId });
      expect((await sent(['a2', 'b2'], { externalId })).id).toBe(id);
      expect(await textsOf(id)).toEqual(['a2', 'b2']);
    });

    it('are added where a server puts one between others, which stay what they are', async () => {
      const { id } = await sent(['a', 'b', 'c']);
      for (let round = 0; round < 3; round++) await sent(['a', 'x', 'b', 'c'], { id });
      expect((await textsOf(id)).toSorted()).toEqual(['a', 'b', 'c', 'x']);
    });

    it('are only added by a page, once however often they are sent', async () => {
      const page = {};
      const { id } = await sent(['a', 'b', 'c'], {}, page);
      for (let round = 0; round < 3; round++) await sent(['a', 'b2', 'c', 'b2'], { id }, page);
      expect(await textsOf(id)).toEqual(['a', 'b', 'c', 'b2', 'b2']);
      for (let round = 0; round < 3; round++) await sent(['a', 'b', 'c', 'b2'], { id }, page);
      expect(await textsOf(id)).toEqual(['a', 'b', 'c', 'b2', 'b2']);
    });

    it('are told from those with ids, whatever their order is', async () => {
      const named = { id: 'named', role: 'assistant', content: 'n' };
      const mixed = (...contents: (string | object)[]) =>
        contents.map((one) => (typeof one === 'string' ? { role: 'user', content: one } : one));
      const { id } = await host.stored({ type: 'openai', messages: mixed('a', named) }, SERVER);
      for (let round = 0; round < 3; round++) {
        await host.stored({ type: 'openai', id, messages: mixed('a', 'b', named, 'c') }, SERVER);
        expect(await textsOf(id)).toEqual(['a', 'n', 'b', 'c']);
      }
    });

    it('are all kept where several change them at once, each in one place', async () => {
      const externalId = 'T-2';
      const { id } = await sent(['a', 'b'], { externalId });
      const contents = Array.from({ length: 8 }, (_, at) => `b${at}`);
      await Promise.all(contents.map((content) => sent(['a', content], { externalId })));
      const texts = await textsOf(id);
      expect([texts.length, texts[0], contents.includes(String(texts[1]))]).toEqual([2, 'a', true]);
    });

    it('tie a shared copy to its original, with which it is erased, and no copy is made of it any more', async () => {
      const original = await sent(['secret', 'answer'], {}, {});
      const again = await sent(['secret', 'answer', 'more'], { id: original.id }, {});
      const copy = await host.stored(shared(again));
      expect(copy.id).not.toBe(original.id);
      expect((await host.delete(`/conversations/${original.id}`)).status).toBe(200);
      expect((await host.get(`/conversations/${copy.id}`)).status).toBe(404);
      expect((await host.send('/conversations', shared(again))).status).toBe(410);
    });
  });
}

describe('Messages without ids in memory', () => testUnnamed(() => ({})));

describeEngines('Messages without ids', (engine) => {
  let made = 0;
  testUnnamed(() => storedIn(engine.url, `host${made++}_`));
});
