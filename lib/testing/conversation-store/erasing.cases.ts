import { userKey } from '../../events/user-key.js';
import type { ConversationStoreFixture } from './conversation-store.case.js';
import { type ConversationStoreCase, copyOf, newFeedback, newMessage, newWrite, saved, TIME } from './conversation-store.case.js';

/** A conversation of a person, with a shared copy and feedback on both. */
async function chatOf({ store, projectId }: ConversationStoreFixture, userId: string | number) {
  const userProperties = { userId };
  const write = newWrite(projectId, [newMessage('a'), newMessage('b')], { fields: { type: 'openai', userProperties } });
  const copy = copyOf(write);
  const ids = [(await saved(store, write)).head.id, (await saved(store, copy)).head.id];
  const feedback = [write, copy].map(({ messages }) => newFeedback(projectId, messages[1].id));
  for (const one of feedback) await store.rate(one);
  return { write, copy, ids, feedback: feedback.map(({ id }) => id) };
}

async function isGone({ another }: ConversationStoreFixture, { ids, feedback }: Awaited<ReturnType<typeof chatOf>>) {
  const found = [...ids.map((id) => another.find(id, {})), ...feedback.map((id) => another.findFeedback(id, {}))];
  const there = (await Promise.all(found)).filter((one) => one !== undefined).length;
  if (there === 0 || there === found.length) return there === 0;
  throw new Error(`Expected all of a conversation, its copy and their feedback to go, or nothing; ${there} are still there.`);
}

/** What is taken away for good. */
export const ERASING: readonly ConversationStoreCase[] = [
  {
    title: 'erases a conversation with its copies and feedback, and no other',
    rule: 'erase() must take a conversation of the scope away, with its copies and feedback on both, and leave all others.',
    async run(fixture) {
      const { store, projectId, expect } = fixture;
      const [chat, kept] = [await chatOf(fixture, 'a'), await chatOf(fixture, 'a')];
      expect(await store.erase(chat.ids[0], { projectId: 'another' })).toBe(false);
      expect(await isGone(fixture, chat)).toBe(false);
      expect(await store.erase(chat.ids[0], { projectId })).toBe(true);
      expect([await isGone(fixture, chat), await isGone(fixture, kept)]).toEqual([true, false]);
      expect(await store.erase(chat.ids[0], { projectId })).toBe(false);
      expect((await store.list({ projectId }, { limit: 10, offset: 0 })).total).toBe(2);
    },
  },
  {
    title: 'keeps feedback while another conversation has its message',
    rule: 'erase(), eraseOf() and purge() must leave feedback on a message that a conversation which is kept has as well.',
    async run({ store, projectId, expect }) {
      const message = newMessage();
      const userId = `user ${projectId}`;
      const times = ['1990-01-01T00:00:00.000Z', TIME, TIME, TIME];
      const fields = { type: 'openai', userProperties: { userId } } as const;
      const [old, ofPerson, erased, kept] = times.map((receivedAt, index) => {
        return newWrite(projectId, [message], { receivedAt, firstKey: null, ...(index === 1 && { fields }) });
      });
      for (const write of [old, ofPerson, erased, kept]) await saved(store, write);
      const feedback = newFeedback(projectId, message.id);
      await store.rate(feedback);
      await store.purge(new Date('1990-01-02T00:00:00.000Z'), 10, { projectId });
      await store.eraseOf({ userKey: userKey(userId), projectId });
      await store.erase(erased.id, {});
      const found = await Promise.all([old, ofPerson, erased].map(({ id }) => store.find(id, {})));
      expect(found).toEqual([undefined, undefined, undefined]);
      expect((await store.findFeedback(feedback.id, {}))?.conversation.id).toBe(kept.id);
      await store.erase(kept.id, {});
      await saved(store, { ...kept, id: `${kept.id} again` });
      expect(await store.findFeedback(feedback.id, {})).toBe(undefined);
    },
  },
  {
    title: 'brings nothing back that was erased',
    rule: "save() must resolve to 'erased' for a conversation that was erased, and for a copy of it.",
    async run(fixture) {
      const { store, another, expect } = fixture;
      const { write, copy, ids } = await chatOf(fixture, 'a');
      await store.erase(ids[0], {});
      const again = [
        write,
        { ...write, sentId: ids[0] },
        { ...write, id: 'conv_new' },
        copy,
        { ...copyOf(write), id: 'conv_copy' },
      ];
      for (const sent of again) expect(await another.save(sent)).toBe('erased');
      expect(await store.find(ids[0], {})).toBe(undefined);
    },
  },
  {
    title: 'erases all that a person has said in a project, or in all of them',
    rule: 'eraseOf() must erase by what userKeyOf() makes of `userProperties`: in one project, in none (null) or everywhere (absent).',
    async run(fixture) {
      const { store, projectId, expect } = fixture;
      const userId = `#user ${projectId}`;
      const key = userKey(userId);
      const chats = [await chatOf(fixture, userId), await chatOf(fixture, userId)];
      const [other, elsewhere] = [
        await chatOf(fixture, `${userId} `),
        await chatOf({ ...fixture, projectId: `${projectId} 2` }, userId),
      ];
      const own = newFeedback(projectId, chats[0].write.messages[0].id, { userProperties: { id: userId } });
      const onOther = newFeedback(projectId, other.write.messages[0].id, { userProperties: { id: userId } });
      for (const one of [own, onOther]) await store.rate(one);
      expect(await store.eraseOf({ userKey: key, projectId: null })).toBe(0);
      expect((await store.eraseOf({ userKey: key, projectId })) > 2).toBe(true);
      expect(await store.findFeedback(onOther.id, {})).toBe(undefined);
      const gone = (all: typeof chats) => Promise.all(all.map((chat) => isGone(fixture, chat)));
      expect(await gone([...chats, other, elsewhere])).toEqual([true, true, false, false]);
      await store.eraseOf({ userKey: key });
      expect(await gone([elsewhere, other])).toEqual([true, false]);
      expect(await store.eraseOf({ userKey: key })).toBe(0);
      expect(await store.eraseOf({ userKey: '' })).toBe(0);
    },
  },
  {
    title: 'tells what a person has said, and what feedback the person gave',
    rule: 'idsOf() and feedbackOf() must tell what eraseOf() takes: of one project, of none (null) or of all (absent), feedback on any message.',
    async run(fixture) {
      const { store, another, projectId, expect } = fixture;
      const userId = `user ${projectId}`;
      const [chat, elsewhere] = [
        await chatOf(fixture, userId),
        await chatOf({ ...fixture, projectId: `${projectId} 2` }, userId),
      ];
      await chatOf(fixture, `${userId} `);
      const own = newFeedback(projectId, 'not-stored', { userProperties: { id: userId } });
      await store.rate(own);
      const idsIn = async (among: object) => (await another.idsOf({ userKey: userId, ...among })).toSorted();
      expect(await idsIn({ projectId })).toEqual([chat.ids[0]]);
      expect(await idsIn({})).toEqual([chat.ids[0], elsewhere.ids[0]].toSorted());
      expect(await idsIn({ projectId: null })).toEqual([]);
      expect((await another.feedbackOf({ userKey: userId })).map(({ id }) => id)).toEqual([own.id]);
      expect(await another.feedbackOf({ userKey: userId, projectId: null })).toEqual([]);
      expect([await store.idsOf({ userKey: '' }), await store.feedbackOf({ userKey: '' })]).toEqual([[], []]);
      await store.eraseOf({ userKey: userId });
      expect([await another.idsOf({ userKey: userId }), await another.feedbackOf({ userKey: userId })]).toEqual([[], []]);
    },
  },
];
