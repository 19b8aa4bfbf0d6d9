import type { JsonObject } from '../../events/event.interface.js';
import type {
  ConversationFields,
  ConversationWrite,
  SentMessage,
} from '../../storage/conversations/stored-conversation.interface.js';
import {
  type ConversationStoreCase,
  copyOf,
  messageIdsOf,
  newMessage,
  newWrite,
  saved,
  stored,
  TIME,
} from './conversation-store.case.js';

const ODD = `"'\\\n\u{1F600} é ${'x'.repeat(200)}`;
const LATER = '2026-01-02T03:04:06.000Z';

function unnamed(content: string): SentMessage {
  return newMessage(content, { isNamed: false });
}

/** What becomes of a conversation that is sent once, and again. */
export const SAVING: readonly ConversationStoreCase[] = [
  {
    title: 'gives a conversation back as it was saved, whatever its texts are',
    rule: 'find() must give each field as save() was given it, in every instance.',
    async run({ store, another, projectId, expect }) {
      const fields: ConversationFields = {
        type: 'support_ticket',
        externalId: ODD,
        externalUrl: `https://a.example/${ODD}`,
        supportTicketConversationId: ODD,
        visibility: 'private',
        tags: [ODD, 'b,c'],
        properties: { [ODD]: [1, null, { deep: ODD }] },
        userProperties: { id: 7, name: ODD },
      };
      const body = { content: ODD, links: [{ url: ODD }], ['__proto__']: 1 };
      const message = newMessage('', { text: JSON.stringify(body), role: ODD });
      const write = newWrite(projectId, [message], { integrationId: 'i1', fields, createdAt: LATER });
      const { head, messages } = await saved(store, write);
      const times = { createdAt: LATER, updatedAt: TIME };
      const expected = { ...fields, id: write.id, projectId, integrationId: 'i1', originId: null, ...times };
      expect(head).toEqual(expected);
      const known = { id: message.id, createdAt: TIME, updatedAt: TIME };
      expect(messages).toEqual([known]);
      expect(await stored(another, write.id)).toEqual({ ...expected, messages: [{ ...known, role: ODD, body }] });
    },
  },
  {
    title: 'adds what is new, in order, and leaves out nothing that was sent before',
    rule: 'save() must add the messages that are not stored after those that are, and remove none.',
    async run({ store, projectId, expect }) {
      const messages = ['a', 'b', 'c', 'd'].map((content) => newMessage(content));
      const { head } = await saved(store, newWrite(projectId, messages.slice(0, 1)));
      for (const [count, kept] of [
        [3, 3],
        [2, 3],
        [4, 4],
        [1, 4],
      ]) {
        const again = await saved(store, newWrite(projectId, messages.slice(0, count), { sentId: head.id }));
        expect(again.head.id).toBe(head.id);
        expect(again.messages.map(({ id }) => id)).toEqual(messages.slice(0, count).map(({ id }) => id));
        expect(await messageIdsOf(store, head.id)).toEqual(messages.slice(0, kept).map(({ id }) => id));
      }
    },
  },
  {
    title: 'writes nothing where nothing is new, and moves the time of the change where something is',
    rule: 'save() must leave `updatedAt` as it is unless a message or a field is new.',
    async run({ store, projectId, expect }) {
      const messages = [newMessage('a'), newMessage('b')];
      const { head } = await saved(store, newWrite(projectId, messages.slice(0, 1)));
      const again = newWrite(projectId, messages.slice(0, 1), { sentId: head.id, receivedAt: LATER });
      expect((await saved(store, again)).head).toEqual(head);
      expect((await saved(store, { ...again, fields: { type: 'openai', tags: ['new'] } })).head).toEqual({
        ...head,
        tags: ['new'],
        updatedAt: LATER,
      });
      const more = await saved(store, newWrite(projectId, messages, { receivedAt: '2026-01-03T00:00:00.000Z' }));
      expect([more.head.updatedAt, more.head.tags]).toEqual(['2026-01-03T00:00:00.000Z', ['new']]);
    },
  },
  {
    title: 'knows messages without ids by their places',
    rule: 'save() must not add a message without an id of the caller whose place has one of the same digest.',
    async run({ store, projectId, expect }) {
      const first = await saved(store, newWrite(projectId, [unnamed('a')]));
      const id = first.head.id;
      const second = await saved(store, newWrite(projectId, [unnamed('a'), unnamed('a'), unnamed('b')], { sentId: id }));
      expect(second.head.id).toBe(id);
      expect(second.messages[0]).toEqual(first.messages[0]);
      expect(await messageIdsOf(store, id)).toEqual(second.messages.map((message) => message.id));
      const other = await saved(store, newWrite(projectId, [unnamed('a')]));
      expect(other.head.id === id).toBe(false);
    },
  },
  {
    title: 'takes a message without an id at its place for a changed one only of those who may, and adds none twice',
    rule: 'save() must replace what is at the place of a message without an id with `mayChange`, else add it, and know it again wherever it is.',
    async run({ store, projectId, expect }) {
      const { head } = await saved(store, newWrite(projectId, ['a', 'b', 'c'].map(unnamed)));
      const send = (contents: string[], mayChange: boolean) =>
        saved(store, newWrite(projectId, contents.map(unnamed), { sentId: head.id, mayChange }));
      for (const [contents, mayChange, kept] of [
        ['a,x,c', false, 'a,b,c,x'],
        ['a,x,c,x', false, 'a,b,c,x,x'],
        ['a,y,c', true, 'a,y,c,x,x'],
        ['a,z,y,c,z', true, 'a,y,c,x,z,z'],
      ] as const) {
        for (let round = 0; round < 2; round++) {
          const { messages } = await send(contents.split(','), mayChange);
          expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
          expect((await stored(store, head.id)).messages.map(({ body }) => body.content).join()).toBe(kept);
        }
      }
    },
  },
  {
    title: 'gives its id to no conversation of another first message, project or integration',
    rule: 'save() must take `sentId` for that of a stored one only where scope and first message are the same.',
    async run({ store, projectId, expect }) {
      const message = newMessage('a');
      const { head } = await saved(store, newWrite(projectId, [message], { integrationId: 'i1', firstKey: `key ${message.id}` }));
      const strangers = [
        newWrite(projectId, [newMessage('a')], { integrationId: 'i1' }),
        newWrite(projectId, [{ ...message, digest: 'other' }], { integrationId: 'i1' }),
        newWrite(projectId, [message], { integrationId: 'i2', firstKey: `other ${message.id}` }),
        newWrite(projectId, [message]),
        newWrite(`${projectId} 2`, [message], { integrationId: 'i1' }),
        newWrite(null, [message], { integrationId: 'i1' }),
      ];
      for (const stranger of strangers) {
        expect((await saved(store, { ...stranger, sentId: head.id })).head.id).toBe(stranger.id);
      }
      const server = newWrite(projectId, [message], { sentId: head.id, mayChange: true, firstKey: `server ${message.id}` });
      expect((await saved(store, server)).head.id).toBe(head.id);
      expect(await messageIdsOf(store, head.id)).toEqual([message.id]);
    },
  },
  {
    title: 'changes what is stored only for those who may',
    rule: 'save() must replace texts and visibility only with `mayChange`; others can add messages and tell of the conversation.',
    async run({ store, projectId, expect }) {
      const message = newMessage('a');
      const { head } = await saved(store, newWrite(projectId, [message]));
      const changed = { ...message, text: '{"content":"b"}', textDigest: 'another', digest: message.digest };
      const write = newWrite(projectId, [changed], { fields: { type: 'openai', visibility: 'public' }, receivedAt: LATER });
      await saved(store, write);
      const before = await stored(store, head.id);
      expect([before.visibility, before.messages[0].body, before.messages[0].updatedAt]).toEqual([null, { content: 'a' }, TIME]);
      await saved(store, { ...write, mayChange: true });
      const { visibility, messages } = await stored(store, head.id);
      expect([visibility, messages[0].body]).toEqual(['public', { content: 'b' }]);
      expect([messages[0].createdAt, messages[0].updatedAt]).toEqual([TIME, LATER]);
    },
  },
  {
    title: 'finds a conversation by its external id, which it keeps',
    rule: 'save() must find a conversation by its external id and never change that.',
    async run({ store, projectId, expect }) {
      const ticket = (externalId: string, content: string) =>
        newWrite(projectId, [newMessage(content)], {
          fields: { type: 'support_ticket', externalId },
          externalKey: `${projectId} ${externalId}`,
          mayChange: true,
        });
      const first = ticket('1', 'a');
      const { head } = await saved(store, first);
      expect((await saved(store, ticket('1', 'b'))).head.id).toBe(head.id);
      expect((await stored(store, head.id)).messages.length).toBe(2);
      const renamed = { fields: { ...first.fields, externalId: '2' }, externalKey: `${projectId} 2` };
      expect((await saved(store, { ...first, ...renamed })).head).toEqual(head);
      expect((await saved(store, ticket('2', 'c'))).head.externalId).toBe('2');
    },
  },
  {
    title: 'leaves a conversation of an external id to its integration, and to those of its whole project',
    rule: 'save() must find by an external id only what its sender may go on with: of its integration, else what changed last.',
    async run({ store, another, projectId, expect }) {
      const ticket = (integrationId: string | null, day: number, more: Partial<ConversationWrite> = {}) =>
        newWrite(projectId, [newMessage()], {
          fields: { type: 'support_ticket', externalId: 'x' },
          externalKey: `${projectId} ${integrationId} x`,
          receivedAt: `2026-01-0${day}T00:00:00.000Z`,
          integrationId,
          mayChange: true,
          ...more,
        });
      const idOf = async (write: ConversationWrite) => (await saved(another, write)).head.id;
      const [first, second] = [await idOf(ticket('i1', 1)), await idOf(ticket('i2', 2))];
      expect(first === second).toBe(false);
      expect([await idOf(ticket('i1', 3)), await idOf(ticket('i2', 2))]).toEqual([first, second]);
      expect(await idOf(ticket(null, 4))).toBe(first);
      const elsewhere = await idOf(ticket(null, 5, { projectId: `${projectId} 2`, externalKey: `${projectId} 2 x` }));
      expect([first, second].includes(elsewhere)).toBe(false);
      expect([(await stored(store, first)).messages.length, (await stored(store, second)).messages.length]).toEqual([3, 2]);
    },
  },
  {
    title: 'refuses what is more than a conversation may hold, and stores nothing of it',
    rule: "save() must resolve to 'full', and write nothing, where there would be more messages or bytes than there may be.",
    async run({ store, projectId, expect }) {
      const messages = ['a', 'b', 'c'].map((content) => newMessage(content));
      const { head } = await saved(store, newWrite(projectId, messages.slice(0, 2)));
      const more = [messages[0], newMessage('d'), newMessage('e')];
      expect(await store.save(newWrite(projectId, more, { maxMessages: 3 }))).toBe('full');
      expect(await store.save(newWrite(projectId, messages, { maxBytes: 40 }))).toBe('full');
      expect(await messageIdsOf(store, head.id)).toEqual(messages.slice(0, 2).map(({ id }) => id));
      expect((await saved(store, newWrite(projectId, messages.slice(0, 2), { maxMessages: 1 }))).head).toEqual(head);
      const huge = newWrite(
        projectId,
        messages.map((message) => ({ ...message, id: `x${message.id}` })),
        { firstKey: `x ${projectId}`, maxMessages: 2 },
      );
      expect(await store.save(huge)).toBe('full');
    },
  },
  {
    title: 'ties a copy to its original, and lets nobody change it who may not',
    rule: 'save() must note the conversation of `originKey` as the origin of a new one, and add nothing to such a copy without `mayChange`.',
    async run({ store, projectId, expect }) {
      const write = newWrite(projectId, [newMessage('a'), newMessage('b')]);
      const { head } = await saved(store, write);
      const copy = copyOf(write);
      const copied = await saved(store, copy);
      expect(copied.head.originId).toBe(head.id);
      const before = await stored(store, copied.head.id);
      const defaced = { ...copy, sentId: copied.head.id, messages: [...copy.messages, newMessage('spam')] };
      expect((await saved(store, { ...defaced, fields: { ...copy.fields, tags: ['spam'] } })).head).toEqual(copied.head);
      expect(await stored(store, copied.head.id)).toEqual(before);
      const ofCopy = await saved(store, copyOf(copy));
      expect(ofCopy.head.originId).toBe(head.id);
      const ofShown = copyOf({ ...copy, firstKey: null, messages: [newMessage('shown')] }, { originId: copied.head.id });
      expect((await saved(store, ofShown)).head.originId).toBe(head.id);
      const messages = [newMessage('elsewhere')];
      for (const scope of [{ projectId: 'another' }, { integrationId: 'i1' }]) {
        const elsewhere = newWrite(projectId, messages, {
          originId: head.id,
          firstKey: JSON.stringify([projectId, scope]),
          ...scope,
        });
        expect((await saved(store, elsewhere)).head.originId).toBe(null);
      }
    },
  },
  {
    title: 'lets nobody who reads a public conversation go on with it by its texts',
    rule: 'save() must take `sentId` without `mayChange` only with the same `firstKey`, and add nothing to what is public and has none.',
    async run({ store, projectId, expect }) {
      const publicOne = { fields: { type: 'openai', visibility: 'public' } } as const;
      const read = (content: string) => newMessage(content, { isNamed: false });
      const named = await saved(store, newWrite(projectId, [newMessage('a')], publicOne));
      const taken = newWrite(projectId, [read('a'), newMessage('spam')], { sentId: named.head.id });
      expect((await saved(store, taken)).head.id).toBe(taken.id);
      const unnamed = await saved(store, newWrite(projectId, [read('a'), read('b')], publicOne));
      const before = await stored(store, unnamed.head.id);
      const added = newWrite(projectId, [read('a'), read('b'), newMessage('spam')], { sentId: before.id });
      const answer = await saved(store, added);
      expect(answer.messages.map(({ id }) => id)).toEqual(added.messages.map(({ id }) => id));
      expect(await stored(store, before.id)).toEqual(before);
    },
  },
  {
    title: 'gives a conversation without ids of messages to nobody who knows its id alone',
    rule: 'save() must not take a conversation of no `firstKey` for that of a write of none, unless they begin alike.',
    async run({ store, projectId, expect }) {
      const { head } = await saved(store, newWrite(projectId, [unnamed('a')]));
      const before = await stored(store, head.id);
      for (const mayChange of [false, true]) {
        const guess = newWrite(projectId, [unnamed('b')], { sentId: head.id, mayChange });
        expect((await saved(store, guess)).head.id).toBe(guess.id);
      }
      expect(await stored(store, head.id)).toEqual(before);
    },
  },
  {
    title: 'leaves a conversation with its person, whoever goes on with it',
    rule: 'save() must replace `userProperties` of another `userId` or `id` only with `mayChange`.',
    async run({ store, projectId, expect }) {
      const messages = [newMessage('a')];
      const by = (userProperties: JsonObject | null, more: Partial<ConversationWrite> = {}) =>
        newWrite(projectId, messages, { fields: { type: 'openai', userProperties }, ...more });
      const person = { userId: 'ann', email: 'ann@example.org' };
      const personAfter = async (write: ConversationWrite) => (await saved(store, write)).head.userProperties;
      expect(await personAfter(by({}))).toEqual({});
      expect(await personAfter(by({ userId: 'ann' }))).toEqual({ userId: 'ann' });
      expect(await personAfter(by(person))).toEqual(person);
      const others: (JsonObject | null)[] = [{ userId: 'bob' }, {}, null];
      for (const another of others) expect(await personAfter(by(another))).toEqual(person);
      expect(await personAfter(by({ userId: 'bob' }, { mayChange: true }))).toEqual({ userId: 'bob' });
    },
  },
];
