import { type ConversationStoreCase, copyOf, messageIdsOf, newMessage, newWrite, saved } from './conversation-store.case.js';

/** What several processes do at once. */
export const RACES: readonly ConversationStoreCase[] = [
  {
    title: 'makes one conversation of first posts that race',
    rule: 'save() must make one conversation of all that have the same `firstKey`, with each message once.',
    async run({ store, another, projectId, expect }) {
      const messages = [newMessage('a'), newMessage('b')];
      const write = (number: number) => newWrite(projectId, messages.slice(0, 1 + (number % 2)));
      const all = await Promise.all(Array.from({ length: 16 }, (_, at) => saved(at % 3 === 0 ? another : store, write(at))));
      expect(new Set(all.map(({ head }) => head.id)).size).toBe(1);
      expect(await messageIdsOf(store, all[0].head.id)).toEqual(messages.map(({ id }) => id));
    },
  },
  {
    title: 'makes one conversation of an external id that several send at once',
    rule: 'save() must make one conversation of all that have the same `externalKey`.',
    async run({ store, another, projectId, expect }) {
      const more = { fields: { type: 'openai', externalId: 'x' }, externalKey: `${projectId} x`, mayChange: true } as const;
      const write = (content: string) => newWrite(projectId, [newMessage(content)], more);
      const all = await Promise.all(['a', 'b', 'c', 'd'].map((text, at) => saved(at % 2 ? another : store, write(text))));
      expect(new Set(all.map(({ head }) => head.id)).size).toBe(1);
      expect((await messageIdsOf(store, all[0].head.id)).length).toBe(4);
    },
  },
  {
    title: 'keeps each message of those who add to one conversation at once',
    rule: 'save() must resolve only when all that was sent is stored, whoever else takes the same places.',
    async run({ store, another, projectId, expect }) {
      const first = newMessage('a');
      const { head } = await saved(store, newWrite(projectId, [first]));
      const added = Array.from({ length: 12 }, (_, number) => newMessage(`from ${number}`));
      await Promise.all(added.map((message, at) => saved(at % 2 ? another : store, newWrite(projectId, [first, message]))));
      const ids = await messageIdsOf(store, head.id);
      expect(ids[0]).toBe(first.id);
      expect([...ids].sort()).toEqual([first, ...added].map(({ id }) => id).sort());
    },
  },
  {
    title: 'keeps nothing of what is sent while it is erased',
    rule: 'save() must add nothing to a conversation, and make no copy of it, once erase() has resolved, even if it began before.',
    async run({ store, another, projectId, expect }) {
      for (let round = 0; round < 10; round++) {
        const messages = Array.from({ length: 4 }, (_, number) => newMessage(`text ${number}`));
        const write = (count: number) => newWrite(projectId, messages.slice(0, count));
        const { head } = await saved(store, write(1));
        const adding = [2, 3, 4].map((count) => another.save(write(count)));
        const copying = store.save(copyOf(write(1)));
        expect(await store.erase(head.id, {})).toBe(true);
        const outcomes = await Promise.all([...adding, copying]);
        for (const outcome of outcomes) {
          const id = typeof outcome === 'string' ? head.id : outcome.head.id;
          expect(await store.find(id, {})).toBe(undefined);
        }
        expect(await store.save(write(4))).toBe('erased');
      }
    },
  },
];
