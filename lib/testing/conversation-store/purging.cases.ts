import type { ConversationStore } from '../../storage/conversations/conversation.store.js';
import type { ConversationsOfProjects } from '../../storage/conversations/stored-conversation.interface.js';
import { type ConversationStoreCase, copyOf, newFeedback, newMessage, newWrite, saved } from './conversation-store.case.js';

const at = (day: number) => `1990-01-0${day}T00:00:00.000Z`;

/** Calls `purge()` until there is no more, as whoever calls it does. Resolves to how many conversations have gone. */
async function purgeAll(store: ConversationStore, before: string, among: ConversationsOfProjects): Promise<number> {
  let gone = 0;
  for (let rounds = 0; rounds <= 1_000; rounds++) {
    const { conversations, isDone } = await store.purge(new Date(before), 2, among);
    gone += conversations;
    if (isDone) return gone;
  }
  throw new Error('Expected purge() to come to an end, and to say so by `isDone`.');
}

/** What is forgotten with time. */
export const PURGING: readonly ConversationStoreCase[] = [
  {
    title: 'forgets conversations that have not changed since a time, with their copies, and may be told of them again',
    rule: 'purge() must forget by `updatedAt`, copies with their originals, and leave no trace of what it has forgotten.',
    async run({ store, another, projectId, expect }) {
      const writes = [1, 2, 3, 4, 5].map((day) => newWrite(projectId, [newMessage(`day ${day}`)], { receivedAt: at(day) }));
      const copy = copyOf(writes[0], { receivedAt: at(8) });
      for (const write of [...writes, copy]) await saved(store, write);
      expect(await store.countOld(new Date(at(4)), { projectId })).toBe(4);
      expect(await purgeAll(store, at(4), { projectId })).toBe(4);
      expect(await store.countOld(new Date(at(4)), { projectId })).toBe(0);
      const found = await Promise.all([...writes, copy].map(({ id }) => another.find(id, {})));
      expect(found.map((one) => one !== undefined)).toEqual([false, false, false, true, true, false]);
      const again = { ...writes[0], id: `${writes[0].id} again`, receivedAt: at(9) };
      expect((await saved(store, again)).head.id).toBe(again.id);
    },
  },
  {
    title: 'forgets old feedback, and that on what it forgets',
    rule: 'purge() must forget feedback by `updatedAt`, and all on conversations that go.',
    async run({ store, projectId, expect }) {
      const [old, kept] = [1, 5].map((day) => newWrite(projectId, [newMessage(`day ${day}`)], { receivedAt: at(day) }));
      for (const write of [old, kept]) await saved(store, write);
      const of = (write: typeof old, day: number) =>
        newFeedback(projectId, write.messages[0].id, { createdAt: at(day), updatedAt: at(day) });
      const feedback = [of(old, 6), of(kept, 2), of(kept, 6)];
      for (const one of feedback) await store.rate(one);
      await purgeAll(store, at(4), { projectId });
      await saved(store, { ...old, id: `${old.id} again`, receivedAt: at(9) });
      const found = await Promise.all(feedback.map(({ id }) => store.findFeedback(id, {})));
      expect(found.map((one) => one !== undefined)).toEqual([false, false, true]);
    },
  },
  {
    title: 'does not forget what was erased',
    rule: "purge() must leave what says that a conversation was erased, so that save() still resolves to 'erased'.",
    async run({ store, projectId, expect }) {
      const write = newWrite(projectId, [newMessage('a')], { receivedAt: at(1) });
      const { head } = await saved(store, write);
      await store.erase(head.id, {});
      await purgeAll(store, at(9), { projectId });
      expect(await store.save(write)).toBe('erased');
    },
  },
  {
    title: 'forgets those of one project, of none, or of all but some, and counts as many before',
    rule: 'purge() and countOld() must leave alone what is of other projects than they are given.',
    async run({ store, projectId, expect }) {
      const projects = [`${projectId}-1`, `${projectId}-2`, `${projectId}-3`, null];
      const writes = projects.map((project) => newWrite(project, [newMessage(projectId)], { receivedAt: at(1) }));
      const feedback = projects.map((project) => newFeedback(project, writes[3].messages[0].id, { updatedAt: at(1) }));
      for (const write of writes) await saved(store, write);
      for (const one of feedback) await store.rate(one);
      const left = async () => {
        const found = await Promise.all(writes.map(({ id }) => store.find(id, {})));
        return found.map((one) => one !== undefined);
      };
      const [before, first] = [new Date(at(4)), { projectId: projects[0] }];
      expect([await store.countOld(before, first), await purgeAll(store, at(4), first)]).toEqual([1, 1]);
      expect(await left()).toEqual([false, true, true, true]);
      // Feedback on it is of another project, and stays.
      expect((await store.findFeedback(feedback[3].id, {}))?.feedback.id).toBe(feedback[3].id);
      const others = { exceptProjects: [projects[1], null] };
      const counted = await store.countOld(before, others);
      expect(await purgeAll(store, at(4), others)).toBe(counted);
      expect(await left()).toEqual([false, true, false, true]);
      const ofProjects = { exceptProjects: [projects[1]] };
      await purgeAll(store, at(4), ofProjects);
      expect(await left()).toEqual([false, true, false, false]);
      expect(await store.findFeedback(feedback[3].id, {})).toBe(undefined);
      await purgeAll(store, at(4), { projectId: null });
      await purgeAll(store, at(4), { exceptProjects: [] });
      expect(await left()).toEqual([false, false, false, false]);
    },
  },
];
