import { randomUUID } from 'node:crypto';
import { created, type ConsumerStoreCase, FAILURE, newName, parkedEvent, stateOf, taken } from './consumer-store.case.js';

const TEXTS: Record<string, string> = {
  'quotes and SQL': `'";\`-- \\' OR 1=1 $1 ? %s`,
  'all of Unicode': 'é😀日本語 \u200f\u202e',
  'spaces at its end': 'end  ',
};

const LONG = 'Error: 😀 '.repeat(200).slice(0, 1000);

/** Names, holders and errors are texts, whatever stands in them. */
export const TEXTS_OF_CONSUMERS: readonly ConsumerStoreCase[] = [
  ...Object.entries(TEXTS).map(([what, text]): ConsumerStoreCase => ({
    title: `keeps names, holders and errors with ${what}`,
    rule: 'Names, holders, ids and errors must be kept as they are given: none is part of a statement.',
    async run({ store, expect }) {
      const name = newName(` ${text}`);
      const lease = await taken(store, await created(store, name), `${text}${name}`);
      await store.fail(lease, { ...FAILURE, lastError: text });
      const event = parkedEvent(name, 1, { error: text, id: text, projectId: text });
      await store.park(lease, event);
      const state = await stateOf(store, name);
      expect([state.name, state.holder, state.lastError]).toEqual([name, `${text}${name}`, text]);
      expect([await store.parked(name), await store.beat(`${text}${name}`)]).toEqual([[event], 1]);
      await store.delete(name);
      expect(await store.find([name])).toEqual([]);
    },
  })),
  {
    title: 'keeps names of 100 and errors of 1,000 characters',
    rule: 'A name of 100 characters and an error of 1,000 must be kept whole.',
    async run({ store, expect }) {
      const name = `${randomUUID()}${'😀'.repeat(32)}`;
      const lease = await taken(store, await created(store, name));
      await store.fail(lease, { ...FAILURE, lastError: LONG });
      const event = parkedEvent(name, 1, { error: LONG, position: '9'.repeat(64) });
      await store.park(lease, event);
      expect([(await stateOf(store, name)).lastError, await store.parked(name)]).toEqual([LONG, [event]]);
    },
  },
  {
    title: 'notes failures with characters that databases refuse',
    rule: 'fail() and park() must not fail for NUL and lone surrogates in an error, which may stand there in another way.',
    async run({ store, expect }) {
      const name = newName();
      const lease = await taken(store, await created(store, name));
      const error = 'before\0\ud800 after';
      expect(await store.fail(lease, { ...FAILURE, lastError: error })).toBe(true);
      expect(await store.park(lease, parkedEvent(name, 1, { error }))).toBe(true);
      const texts = [(await stateOf(store, name)).lastError!, (await store.parked(name))[0].error];
      for (const text of texts) expect([text.startsWith('before'), text.endsWith(' after')]).toEqual([true, true]);
    },
  },
  {
    title: 'tells names apart by case, accents and spaces',
    rule: 'Names must be compared character by character.',
    async run({ store, expect }) {
      const name = newName(' e');
      const names = [name, name.toUpperCase(), name.replace(/e$/, 'é'), `${name} `];
      for (const each of names) await store.create(each, each === name ? '1' : '0');
      expect((await store.find([name])).map(({ position }) => position)).toEqual(['1']);
      expect((await store.find(names)).length).toBe(names.length);
    },
  },
];
