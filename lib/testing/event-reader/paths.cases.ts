import type { JsonValue } from '../../events/event.interface.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { casesOf, type ConditionCase, expectFound, projectOf } from './expectations.js';
import { contains, gt, hasAllKeys, isIn, isNull, json, jsonContains, lte, that } from './questions.js';

/** Keys that are easily taken for syntax of a path, for a property of every object, or for one another. */
const ODD_KEYS: readonly string[] = [
  ...['a', 'A', 'a ', ' a', '', ' ', 'a.b', '.', '"a"."b"', 'a"."b', '$', '$.a', '$[0]', '[0]', 'a[0]', '0', '-1', 'last'],
  ...[
    '#',
    '#-1',
    '@',
    '*',
    '**',
    '%',
    '_',
    '?',
    '$1',
    ':a',
    '{a}',
    'a,b',
    '/a',
    '~0',
    '`',
    "'",
    '"',
    '\\',
    '\\"',
    '\\u0061',
    "'--",
  ],
  ...['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty', 'length', 'null', 'true', 'v'],
  ...['é', 'e\u0301', 'e', 'ß', 'ss', '😀', '\uFFFD', '\u2028', '\t', '\n', 'x'.repeat(300)],
];

/** An object with one key of its own, also where that is `__proto__`. */
function objectOf(key: string, value: JsonValue): { [key: string]: JsonValue } {
  return Object.fromEntries([[key, value]]);
}

/** One event a key, with the number of the key as its id. */
async function expectOddKeys(fixture: EventReaderFixture, caseOf: (key: string) => ConditionCase[0]): Promise<void> {
  const events = ODD_KEYS.map((key, index) => ({
    id: String(index),
    properties: { ...objectOf(key, 'x'), in: objectOf(key, 'x') },
  }));
  const projectId = await projectOf(fixture, [{ id: 'of none', properties: {} }, ...events]);
  await expectFound(
    fixture,
    projectId,
    ODD_KEYS.map((key, index) => [caseOf(key), [String(index)]]),
  );
}

export const PATH_CASES: readonly EventReaderCase[] = [
  {
    title: 'goes through objects alone',
    rule: 'A path must go through the keys of objects, and find nothing in arrays and texts.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: 'nested', properties: { a: { b: { c: 'x' } } } },
        { id: 'number', properties: { a: { b: { c: 1 } } } },
        { id: 'null', properties: { a: { b: { c: null } } } },
        { id: 'too short', properties: { a: { b: 'x' } } },
        { id: 'array', properties: { a: [{ b: { c: 'x' } }] } },
        { id: 'key of digits', properties: { a: { '0': { b: { c: 'x' } } } } },
        { id: 'dotted', properties: { 'a.b.c': 'x', 'a.b': { c: 'x' } } },
        { id: 'text', properties: { a: 'x' } },
        { id: 'empty', properties: {} },
        { id: 'none', properties: null },
      ]);
      const all = ['nested', 'number', 'null', 'too short', 'array', 'key of digits', 'dotted', 'text', 'empty', 'none'];
      const but = (...ids: string[]) => all.filter((id) => !ids.includes(id));
      await expectFound(fixture, projectId, [
        ...casesOf(json('properties', 'a', 'b', 'c'), [
          [isIn('x'), ['nested']],
          [isIn(1), ['number']],
          [gt(0), ['number']],
          [contains('x'), ['nested']],
          [isNull, but('nested', 'number')],
        ]),
        ...casesOf(json('properties', 'a', 'b'), [
          [isIn('x'), ['too short']],
          [isNull, but('nested', 'number', 'null', 'too short')],
          [hasAllKeys('c'), ['nested', 'number', 'null']],
          [isIn({ c: 'x' }), ['nested']],
        ]),
        ...casesOf(json('properties', 'a', '0'), [
          [isNull, but('key of digits')],
          [hasAllKeys('b'), ['key of digits']],
        ]),
        ...casesOf(json('properties', 'a', '0', 'b', 'c'), [[isIn('x'), ['key of digits']]]),
        ...casesOf(json('properties', 'a', 'length'), [[isNull, all]]),
        ...casesOf(json('properties', 'a.b.c'), [[isIn('x'), ['dotted']]]),
        ...casesOf(json('properties', 'a.b', 'c'), [[isIn('x'), ['dotted']]]),
        ...casesOf(json('properties', 'a'), [[isIn('x'), ['text']]]),
      ]);
    },
  },
  {
    title: 'takes an empty path for the whole document',
    rule: 'An empty path must mean the whole document, which is null where an event has none.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: 'full', properties: { k: 1, l: 2 } },
        { id: 'turned', properties: { l: 2, k: 1 } },
        { id: 'empty', properties: {} },
        { id: 'none', properties: null },
      ]);
      await expectFound(
        fixture,
        projectId,
        casesOf(json('properties'), [
          [isNull, ['none']],
          [isIn({}), ['empty']],
          [isIn({ k: 1, l: 2 }), ['full']],
          [hasAllKeys('k'), ['full', 'turned']],
          [jsonContains({ k: 1 }), ['full', 'turned']],
          [jsonContains({}), ['full', 'turned', 'empty']],
        ]),
      );
    },
  },
  {
    title: 'reads each JSON field by itself',
    rule: '`properties`, `userProperties` and `fields` must be three documents; `fields` is null for types of the contract.',
    async run(fixture) {
      const own = { entityType: 'order', messageId: undefined, fields: { k: 3 } };
      const projectId = await projectOf(fixture, [
        { id: 'all', properties: { k: 1 }, userProperties: { k: 2 }, ...own },
        { id: 'message', properties: { k: 1 }, userProperties: null },
      ]);
      await expectFound(fixture, projectId, [
        ...casesOf(json('properties', 'k'), [[isIn(1), ['all', 'message']]]),
        ...casesOf(json('userProperties', 'k'), [
          [isIn(2), ['all']],
          [isNull, ['message']],
        ]),
        ...casesOf(json('userProperties'), [[isNull, ['message']]]),
        ...casesOf(json('fields', 'k'), [
          [isIn(3), ['all']],
          [lte(3), ['all']],
          [isNull, ['message']],
        ]),
        ...casesOf(json('fields'), [
          [isNull, ['message']],
          [jsonContains({ k: 3 }), ['all']],
        ]),
      ]);
    },
  },
  {
    title: 'finds odd keys',
    rule: 'Every key must be found as it is, and no other for it: with dots, quotes and brackets, and keys of all objects of JavaScript.',
    run: (fixture) => expectOddKeys(fixture, (key) => that(json('properties', key), isIn('x'))),
  },
  {
    title: 'finds odd keys further down',
    rule: 'Every key must be found as it is within an object, too.',
    run: (fixture) => expectOddKeys(fixture, (key) => that(json('properties', 'in', key), contains('x'))),
  },
  {
    title: 'finds objects by odd keys',
    rule: 'Every key that an object is asked for must be found as it is.',
    run: (fixture) => expectOddKeys(fixture, (key) => that(json('properties'), hasAllKeys(key))),
  },
  {
    title: 'finds structures with odd keys',
    rule: 'Every key of a structure that is looked for must be found as it is.',
    run: (fixture) => expectOddKeys(fixture, (key) => that(json('properties', 'in'), jsonContains(objectOf(key, 'x')))),
  },
  {
    title: 'finds odd values',
    rule: 'Every text must be found as it is, and nothing of it must be taken for syntax.',
    async run(fixture) {
      const events = ODD_KEYS.map((value, index) => ({ id: String(index), properties: { v: value } }));
      const projectId = await projectOf(fixture, events);
      await expectFound(
        fixture,
        projectId,
        ODD_KEYS.map((value, index) => [that(json('properties', 'v'), isIn(value)), [String(index)]]),
      );
    },
  },
];
