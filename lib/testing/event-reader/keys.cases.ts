import type { EventReaderCase } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { ALL, isIn, OPTIONS, that } from './questions.js';

export const KEY_CASES: readonly EventReaderCase[] = [
  {
    title: 'counts the keys of a document, most frequent first',
    rule: 'The keys at the top of a document must be counted by events, most frequent first, ties by code point.',
    async run({ reader, ...fixture }) {
      const own = { entityType: 'order', messageId: undefined, fields: { total: 1 } };
      const projectId = await projectOf({ reader, ...fixture }, [
        { id: '1', properties: { b: 1, a: null, nested: { inner: 1 } }, userProperties: { id: 'u' } },
        { id: '2', properties: { b: 'x', A: 1, é: 1, 'e\u0301': 1, '😀': 1, '\uFFFD': 1 }, userProperties: null },
        { id: '3', properties: { b: [], a: { b: 1 } }, userProperties: {}, ...own },
        { id: '4', properties: null, userProperties: { id: 7 }, type: 'other' },
        { id: '5', properties: JSON.parse('{"__proto__":1,"constructor":2,"a.b":3,"\\"":4,"":5}') as object, type: 'other' },
      ]);
      const scope = { projectId };
      const of = async (field: 'properties' | 'userProperties' | 'fields', limit = 100, where = ALL) =>
        (await reader.keys({ scope, where, field, limit }, OPTIONS)).map(({ key, count }) => [key, count]);
      const once = ['', '"', 'A', '__proto__', 'a.b', 'constructor', 'e\u0301', 'nested', 'é', '\uFFFD', '😀'];
      fixture.expect(await of('properties')).toEqual([['b', 3], ['a', 2], ...once.map((key) => [key, 1])]);
      fixture.expect(await of('properties', 3)).toEqual([
        ['b', 3],
        ['a', 2],
        ['', 1],
      ]);
      fixture
        .expect(await of('properties', 100, that('type', isIn('other'))))
        .toEqual(['', '"', '__proto__', 'a.b', 'constructor'].map((key) => [key, 1]));
      fixture.expect(await of('userProperties')).toEqual([['id', 3]]);
      fixture.expect(await of('fields')).toEqual([['total', 1]]);
      fixture.expect(await of('fields', 100, that('type', isIn('other')))).toEqual([]);
    },
  },
];
