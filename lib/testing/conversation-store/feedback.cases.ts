import type { ConversationScope } from '../../storage/conversations/stored-conversation.interface.js';
import { type ConversationStoreCase, newFeedback, newMessage, newWrite, saved, stored } from './conversation-store.case.js';

const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;

/** What visitors think of messages. */
export const FEEDBACK: readonly ConversationStoreCase[] = [
  {
    title: 'keeps feedback once, as it was received last, whatever its sender says of the time',
    rule: 'rate() must replace feedback of the same id by what was received no earlier, by `updatedAt`.',
    async run({ store, another, projectId, expect }) {
      const message = newMessage();
      const { head } = await saved(store, newWrite(projectId, [message]));
      const first = newFeedback(projectId, message.id, {
        createdAt: at(9),
        updatedAt: at(2),
        reasons: [{ label: 'a "b"', details: 'c\nd' }],
      });
      const later = {
        ...first,
        createdAt: at(1),
        reasons: [],
        properties: { a: 1 },
        userProperties: { id: 1 },
        updatedAt: at(3),
      };
      const kept = async () => (await another.findFeedback(first.id, { projectId }))?.feedback;
      await store.rate(first);
      await another.rate({ ...first, updatedAt: at(1), reasons: null });
      expect(await kept()).toEqual(first);
      await another.rate(later);
      expect(await kept()).toEqual(later);
      await store.rate({ ...later, reasons: first.reasons });
      expect(await kept()).toEqual({ ...later, reasons: first.reasons });
      await Promise.all([1, 2, 3, 4].map((day) => store.rate({ ...later, updatedAt: at(day) })));
      const rated = await store.findFeedback(first.id, { projectId });
      expect(rated).toEqual({ feedback: { ...later, updatedAt: at(4) }, conversation: await stored(store, head.id) });
    },
  },
  {
    title: 'finds feedback in its scope, once its conversation is stored',
    rule: 'findFeedback() must give feedback of the scope with the conversation of its project that has the message, and else nothing.',
    async run({ store, projectId, expect }) {
      const message = newMessage();
      const feedback = newFeedback(projectId, message.id);
      await store.rate(feedback);
      await saved(store, newWrite(`${projectId} 2`, [message]));
      expect(await store.findFeedback(feedback.id, {})).toBe(undefined);
      const { head } = await saved(store, newWrite(projectId, [newMessage('first'), message]));
      expect((await store.findFeedback(feedback.id, { projectId }))?.conversation.id).toBe(head.id);
      for (const scope of [{ projectId: 'another' }, { projectId: null }, { integrationId: 'i1' }]) {
        expect(await store.findFeedback(feedback.id, scope)).toBe(undefined);
      }
    },
  },
  {
    title: 'finds feedback with the conversation that had its message first, whatever that tells of its time',
    rule: 'findFeedback() must give the conversation that had the message first by the clock of the server, and no later one.',
    async run({ store, another, projectId, expect }) {
      const message = newMessage('original');
      const { head } = await saved(store, newWrite(projectId, [message], { receivedAt: at(2) }));
      const later = { createdAt: '0001-01-01T00:00:00.000Z', receivedAt: at(3), firstKey: null };
      await saved(store, newWrite(projectId, [{ ...newMessage('forged'), id: message.id }], later));
      const feedback = newFeedback(projectId, message.id);
      await store.rate(feedback);
      expect((await another.findFeedback(feedback.id, {}))?.conversation.id).toBe(head.id);
      const { feedback: listed } = await another.listFeedback({ projectId }, { limit: 10, offset: 0 });
      expect(listed.map(({ conversation }) => conversation.id)).toEqual([head.id]);
    },
  },
  {
    title: 'finds feedback of an integration with a conversation of that alone',
    rule: 'findFeedback(), listFeedback() and query() must give feedback of the scope with the first conversation of the scope that has the message.',
    async run({ store, another, projectId, expect }) {
      const message = newMessage();
      const ofIntegration = (integrationId: string, day: number) =>
        newWrite(projectId, [message], { integrationId, receivedAt: at(day), firstKey: null });
      const first = (await saved(store, ofIntegration('i1', 1))).head.id;
      const feedback = newFeedback(projectId, message.id, { integrationId: 'i2' });
      await store.rate(feedback);
      const select = [{ kind: 'field', operand: { field: 'conversationId' } }] as const;
      const asked = { where: { and: [] }, select, orderBy: [], limit: 10, counted: false };
      const foundIn = async (scope: ConversationScope) => {
        const found = await another.findFeedback(feedback.id, scope);
        const page = await another.listFeedback(scope, { limit: 10, offset: 0 });
        const listed = page.feedback.map(({ conversation }) => conversation.id);
        const rows = (await another.query?.('feedback', { scope, ...asked }, { timeoutMs: 20_000 }))?.rows;
        expect([page.positive, found?.conversation.id, ...(rows?.flat() ?? listed)]).toEqual([
          listed.length,
          listed.at(0),
          ...listed,
        ]);
        return listed;
      };
      expect([await foundIn({ projectId, integrationId: 'i2' }), await foundIn({ projectId })]).toEqual([[], [first]]);
      const second = (await saved(store, ofIntegration('i2', 2))).head.id;
      expect([await foundIn({ projectId, integrationId: 'i2' }), await foundIn({ projectId })]).toEqual([[second], [first]]);
    },
  },
  {
    title: 'lists feedback as it was received, page by page, and counts both kinds',
    rule: 'listFeedback() must give a part of the feedback on stored conversations, the last by `updatedAt` first, and count all of it by type.',
    async run({ store, projectId, expect }) {
      const messages = [newMessage('a'), newMessage('b')];
      await saved(store, newWrite(projectId, messages));
      const ids: string[] = [];
      for (let day = 1; day <= 5; day++) {
        const type = day === 2 ? 'negative' : 'positive';
        const feedback = newFeedback(projectId, messages[day % 2].id, { type, createdAt: at(9 - day), updatedAt: at(day) });
        await store.rate(feedback);
        ids.unshift(feedback.id);
      }
      await store.rate(newFeedback(projectId, 'of nobody'));
      const { feedback, ...counts } = await store.listFeedback({ projectId }, { limit: 3, offset: 1 });
      expect(counts).toEqual({ positive: 4, negative: 1 });
      expect(feedback.map((one) => one.feedback.id)).toEqual(ids.slice(1, 4));
      expect((await store.listFeedback({ projectId }, { limit: 3, offset: 5 })).feedback).toEqual([]);
    },
  },
];
