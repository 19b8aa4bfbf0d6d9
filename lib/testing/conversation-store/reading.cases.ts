import { type ConversationStoreCase, newFeedback, newMessage, newWrite, saved } from './conversation-store.case.js';

/** How conversations are found. */
export const READING: readonly ConversationStoreCase[] = [
  {
    title: 'finds a conversation by its id and its external id in its scope alone',
    rule: 'find() and findByExternalId() must give what is of the scope, and nothing else.',
    async run({ store, projectId, expect }) {
      const externalId = `external ${projectId}`;
      const fields = { fields: { type: 'openai', externalId }, externalKey: externalId, integrationId: 'i1' } as const;
      const { head } = await saved(store, newWrite(projectId, [newMessage()], fields));
      const within = [{}, { projectId }, { projectId, integrationId: 'i1' }, { integrationId: 'i1' }];
      const outside = [{ projectId: 'another' }, { projectId: null }, { projectId, integrationId: 'i2' }];
      for (const scope of within) {
        expect((await store.find(head.id, scope))?.id).toBe(head.id);
        expect((await store.findByExternalId(externalId, scope))?.id).toBe(head.id);
      }
      for (const scope of outside) {
        expect(await store.find(head.id, scope)).toBe(undefined);
        expect(await store.findByExternalId(externalId, scope)).toBe(undefined);
      }
      expect(await store.find(`${head.id} `, {})).toBe(undefined);
      expect(await store.find(head.id.toUpperCase(), {})).toBe(undefined);
    },
  },
  {
    title: 'lists conversations by their last change, page by page',
    rule: 'list() must give a part of those of the scope, the last changed first, whole, and count all of them.',
    async run({ store, another, projectId, expect }) {
      const ids: string[] = [];
      for (let day = 1; day <= 5; day++) {
        const messages = [newMessage('a'), newMessage('b')];
        const write = newWrite(projectId, messages, { receivedAt: `2026-01-0${day}T00:00:00.000Z` });
        ids.unshift((await saved(store, write)).head.id);
      }
      const pageOf = async (limit: number, offset: number) => {
        const { conversations, total } = await another.list({ projectId }, { limit, offset });
        for (const { messages } of conversations) expect(messages.length).toBe(2);
        return [total, conversations.map(({ id }) => id)];
      };
      expect(await pageOf(2, 0)).toEqual([5, ids.slice(0, 2)]);
      expect(await pageOf(10, 3)).toEqual([5, ids.slice(3)]);
      expect(await pageOf(2, 5)).toEqual([5, []]);
      expect((await store.list({ projectId: `${projectId} 2` }, { limit: 2, offset: 0 })).total).toBe(0);
    },
  },
  {
    title: 'ends a page by its size, and goes on after it',
    rule: 'list() and listFeedback() must end before what would make them larger than `maxBytes`, have one at least, and count all.',
    async run({ store, another, projectId, expect }) {
      const ids: string[] = [];
      for (let day = 1; day <= 15; day++) {
        const receivedAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
        const message = newMessage('x'.repeat(100_000));
        ids.unshift((await saved(store, newWrite(projectId, [message], { receivedAt }))).head.id);
        await store.rate(newFeedback(projectId, message.id, { updatedAt: receivedAt }));
      }
      for (const [maxBytes, offset, last] of [
        [250_000, 0, 2],
        [250_000, 2, 4],
        [1_280_000, 1, 13],
        [1, 14, 15],
        [undefined, 0, 15],
      ] as const) {
        const page = { limit: 100, offset, maxBytes };
        const { conversations, total } = await another.list({ projectId }, page);
        expect([total, conversations.map(({ id }) => id)]).toEqual([15, ids.slice(offset, last)]);
        const { feedback, positive } = await another.listFeedback({ projectId }, page);
        expect([positive, feedback.map(({ conversation }) => conversation.id)]).toEqual([15, ids.slice(offset, last)]);
      }
    },
  },
];
