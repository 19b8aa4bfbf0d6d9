import type { JsonValue } from '../../events/event.interface.js';
import type { Comparison } from '../../storage/reading/event-query.interface.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { casesOf, expectFound, projectOf } from './expectations.js';
import {
  arrayContains,
  arrayContainsObject,
  contains,
  gt,
  gte,
  hasAllKeys,
  hasAnyKey,
  isIn,
  isNull,
  jsonContainedBy,
  jsonContains,
  json,
  lt,
  lte,
  startsWith,
} from './questions.js';

/** What an event has at a path; undefined: nothing. */
type Value = JsonValue | undefined;

/** A comparison, and the values for which it is true. */
type ValueCase = readonly [comparison: Comparison, values: readonly Value[]];

const NFD = 'e\u0301';
const QUOTED = 'line "quoted" \\';

/** By code point. */
const TEXTS = [
  '',
  ' a',
  '10',
  '100%',
  '5',
  'A',
  '[1]',
  'a',
  'a\n',
  'a ',
  'a_b',
  'ab',
  'b',
  NFD,
  QUOTED,
  'null',
  'true',
  'é',
  '\uFFFD',
  '😀',
] as const;

/** By value; 0 and -0 are equal. */
const NUMBERS = [-1, 0, -0, 5e-324, 1e-7, 0.5, 5, 10, 1e20, 1e21, Number.MAX_VALUE] as const;

const ARRAYS: readonly JsonValue[] = [[], [1, 2], ['a'], ['a', 'b'], ['1'], [null], [true], [[1]], [{ k: 1 }], [{ k: 1, l: 2 }]];

const OBJECTS: readonly JsonValue[] = [
  {},
  { k: 1 },
  { k: null },
  { k: '1' },
  { k: 1, l: 2 },
  { l: 2, k: 1 },
  { k: { m: 1 } },
  { k: [1] },
];

const VALUES: readonly Value[] = [undefined, null, true, false, ...TEXTS, ...NUMBERS, ...ARRAYS, ...OBJECTS];

/** The id of the event that has a value: its JSON text. */
function idOf(value: Value): string {
  if (value === undefined) return 'missing';
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

async function expectValues(fixture: EventReaderFixture, cases: readonly ValueCase[]): Promise<void> {
  const events = VALUES.map((value) => ({ id: idOf(value), properties: value === undefined ? {} : { v: value } }));
  const projectId = await projectOf(fixture, events);
  const ofIds = cases.map(([comparison, values]) => [comparison, values.map(idOf)] as const);
  await expectFound(fixture, projectId, casesOf(json('properties', 'v'), ofIds));
}

export const VALUE_CASES: readonly EventReaderCase[] = [
  {
    title: 'finds what equals a value at a path',
    rule: 'Values of a path must equal by their JSON text: types never mix, and case, accents and spaces count.',
    run: (fixture) =>
      expectValues(fixture, [
        [isIn(), []],
        [isIn('a'), ['a']],
        [isIn('A'), ['A']],
        [isIn('a '), ['a ']],
        [isIn(' a'), [' a']],
        [isIn('a\n'), ['a\n']],
        [isIn(''), ['']],
        [isIn(' '), []],
        [isIn('é'), ['é']],
        [isIn(NFD), [NFD]],
        [isIn('e'), []],
        [isIn('😀'), ['😀']],
        [isIn(QUOTED), [QUOTED]],
        [isIn('"a"'), []],
        [isIn('5'), ['5']],
        [isIn(5), [5]],
        [isIn('10'), ['10']],
        [isIn(10), [10]],
        [isIn(0), [0, -0]],
        [isIn(-0), [0, -0]],
        [isIn(-1), [-1]],
        [isIn(0.5), [0.5]],
        [isIn(1e-7), [1e-7]],
        [isIn(5e-324), [5e-324]],
        [isIn(1e20), [1e20]],
        [isIn(1e21), [1e21]],
        [isIn(Number.MAX_VALUE), [Number.MAX_VALUE]],
        [isIn(1), []],
        [isIn(true), [true]],
        [isIn(false), [false]],
        [isIn('true'), ['true']],
        [isIn('null'), ['null']],
        [isIn([]), [[]]],
        [isIn([1, 2]), [[1, 2]]],
        [isIn([2, 1]), []],
        [isIn(['a']), [['a']]],
        [isIn([null]), [[null]]],
        [isIn({}), [{}]],
        [isIn({ k: 1 }), [{ k: 1 }]],
        [isIn({ k: null }), [{ k: null }]],
        [isIn({ k: 1, l: 2 }), [{ k: 1, l: 2 }]],
        [isIn({ l: 2, k: 1 }), [{ l: 2, k: 1 }]],
        [isIn('a', 'b', 5, 'of none'), ['a', 'b', 5]],
        [isIn('5', 5, [], {}, true), ['5', 5, [], {}, true]],
        [isIn(...TEXTS), TEXTS],
      ]),
  },
  {
    title: 'finds what is null or missing at a path',
    rule: 'A missing value and JSON null must both be null, and nothing else: not an empty text, array or object, zero or false.',
    run: (fixture) => expectValues(fixture, [[isNull, [undefined, null]]]),
  },
  {
    title: 'compares texts at a path by code point',
    rule: 'Texts must be in the order of code points: by no collation, and an emoji after U+FFFD; numbers are in no order with them.',
    run: (fixture) =>
      expectValues(fixture, [
        [gt('a'), TEXTS.slice(TEXTS.indexOf('a') + 1)],
        [gte('a'), TEXTS.slice(TEXTS.indexOf('a'))],
        [lt('a'), ['', ' a', '10', '100%', '5', 'A', '[1]']],
        [lte('a'), ['', ' a', '10', '100%', '5', 'A', '[1]', 'a']],
        [gt('a '), ['a_b', 'ab', 'b', NFD, QUOTED, 'null', 'true', 'é', '\uFFFD', '😀']],
        [lt('a '), ['', ' a', '10', '100%', '5', 'A', '[1]', 'a', 'a\n']],
        [lt(''), []],
        [lte(''), ['']],
        [gte(''), TEXTS],
        [gt('\uFFFD'), ['😀']],
        [gt('😀'), []],
        [lt('😀'), TEXTS.filter((text) => text !== '😀')],
        [gt('true'), ['é', '\uFFFD', '😀']],
        [lt('2'), ['', ' a', '10', '100%']],
        [gt('Z'), TEXTS.slice(TEXTS.indexOf('[1]'))],
        [gt('line "'), [QUOTED, 'null', 'true', 'é', '\uFFFD', '😀']],
        [lte(QUOTED), TEXTS.slice(0, TEXTS.indexOf(QUOTED) + 1)],
      ]),
  },
  {
    title: 'compares numbers at a path by value',
    rule: 'Numbers must be in the order of their values, whatever their notation; texts of digits are in no order with them.',
    run: (fixture) =>
      expectValues(fixture, [
        [gt(5), [10, 1e20, 1e21, Number.MAX_VALUE]],
        [gte(5), [5, 10, 1e20, 1e21, Number.MAX_VALUE]],
        [lt(5), [-1, 0, -0, 5e-324, 1e-7, 0.5]],
        [lte(5), [-1, 0, -0, 5e-324, 1e-7, 0.5, 5]],
        [gt(9.5), [10, 1e20, 1e21, Number.MAX_VALUE]],
        [gt(0), [5e-324, 1e-7, 0.5, 5, 10, 1e20, 1e21, Number.MAX_VALUE]],
        [gte(0), NUMBERS.slice(1)],
        [gte(-0), NUMBERS.slice(1)],
        [lt(0), [-1]],
        [lte(0), [-1, 0, -0]],
        [gt(5e-324), [1e-7, 0.5, 5, 10, 1e20, 1e21, Number.MAX_VALUE]],
        [gt(1e20), [1e21, Number.MAX_VALUE]],
        [gte(1e21), [1e21, Number.MAX_VALUE]],
        [gte(Number.MAX_VALUE), [Number.MAX_VALUE]],
        [gt(Number.MAX_VALUE), []],
        [lt(-1), []],
        [gte(-Number.MAX_VALUE), NUMBERS],
      ]),
  },
  {
    title: 'finds a part of a text at a path',
    rule: 'A part of a text must be found byte for byte, with no character that stands for others.',
    run: (fixture) =>
      expectValues(fixture, [
        [contains('a'), [' a', 'a', 'a\n', 'a ', 'a_b', 'ab']],
        [contains('A'), ['A']],
        [contains(''), TEXTS],
        [contains(' '), [' a', 'a ', QUOTED]],
        [contains('%'), ['100%']],
        [contains('_'), ['a_b']],
        [contains('\\'), [QUOTED]],
        [contains('"'), [QUOTED]],
        [contains('d" \\'), [QUOTED]],
        [contains('\n'), ['a\n']],
        [contains('e'), [NFD, QUOTED, 'true']],
        [contains('é'), ['é']],
        [contains('\u0301'), [NFD]],
        [contains('😀'), ['😀']],
        [contains('1'), ['10', '100%', '[1]']],
        [contains('5'), ['5']],
        [contains('k'), []],
        [contains('*'), []],
        [startsWith('a'), ['a', 'a\n', 'a ', 'a_b', 'ab']],
        [startsWith(''), TEXTS],
        [startsWith('a_'), ['a_b']],
        [startsWith('%'), []],
        [startsWith('['), ['[1]']],
        [startsWith('"'), []],
        [startsWith('1'), ['10', '100%']],
        [startsWith('é'), ['é']],
        [startsWith('e'), [NFD]],
        [startsWith('line "'), [QUOTED]],
        [startsWith('b'), ['b']],
      ]),
  },
  {
    title: 'finds arrays by their items',
    rule: 'An array must be found where each value is an item of it by its JSON text; with no values, every array.',
    run: (fixture) =>
      expectValues(fixture, [
        [arrayContains(), ARRAYS],
        [arrayContains(1), [[1, 2]]],
        [arrayContains('1'), [['1']]],
        [arrayContains(1, 2), [[1, 2]]],
        [arrayContains(2, 1), [[1, 2]]],
        [arrayContains(1, 1), [[1, 2]]],
        [arrayContains(1, 3), []],
        [arrayContains(1, 'a'), []],
        [arrayContains('a'), [['a'], ['a', 'b']]],
        [arrayContains('A'), []],
        [arrayContains('a', 'b'), [['a', 'b']]],
        [arrayContains(''), []],
        [arrayContains(null), [[null]]],
        [arrayContains(true), [[true]]],
        [arrayContains('true'), []],
        [arrayContains([1]), [[[1]]]],
        [arrayContains([]), []],
        [arrayContains({ k: 1 }), [[{ k: 1 }]]],
        [arrayContains({ k: 1, l: 2 }), [[{ k: 1, l: 2 }]]],
        [arrayContains({ l: 2, k: 1 }), []],
      ]),
  },
  {
    title: 'finds what contains a structure',
    rule: 'JSON must contain other JSON by structure: objects by their keys in any order, arrays by items, all else where it is equal.',
    run: (fixture) =>
      expectValues(fixture, [
        [jsonContains({}), OBJECTS],
        [jsonContains({ k: 1 }), [{ k: 1 }, { k: 1, l: 2 }, { l: 2, k: 1 }]],
        [jsonContains({ k: '1' }), [{ k: '1' }]],
        [jsonContains({ k: null }), [{ k: null }]],
        [
          jsonContains({ l: 2, k: 1 }),
          [
            { k: 1, l: 2 },
            { l: 2, k: 1 },
          ],
        ],
        [jsonContains({ k: {} }), [{ k: { m: 1 } }]],
        [jsonContains({ k: { m: 1 } }), [{ k: { m: 1 } }]],
        [jsonContains({ k: { m: 2 } }), []],
        [jsonContains({ k: [] }), [{ k: [1] }]],
        [jsonContains({ k: [1] }), [{ k: [1] }]],
        [jsonContains({ k: [1, 1] }), [{ k: [1] }]],
        [jsonContains({ other: null }), []],
        [jsonContains(JSON.parse('{"__proto__":{}}') as JsonValue), []],
        [jsonContains({ constructor: {} }), []],
        [jsonContains([]), ARRAYS],
        [jsonContains([1]), [[1, 2]]],
        [jsonContains([2, 1]), [[1, 2]]],
        [jsonContains([1, 1]), [[1, 2]]],
        [jsonContains(['1']), [['1']]],
        [jsonContains(['a']), [['a'], ['a', 'b']]],
        [jsonContains([null]), [[null]]],
        [jsonContains([[]]), [[[1]]]],
        [jsonContains([[1]]), [[[1]]]],
        [jsonContains([{}]), [[{ k: 1 }], [{ k: 1, l: 2 }]]],
        [jsonContains([{ k: 1 }]), [[{ k: 1 }], [{ k: 1, l: 2 }]]],
        [jsonContains([{ k: 1 }, { l: 2 }]), [[{ k: 1, l: 2 }]]],
        [jsonContains('a'), ['a']],
        [jsonContains('5'), ['5']],
        [jsonContains(5), [5]],
        [jsonContains(0), [0, -0]],
        [jsonContains(1), []],
        [jsonContains(true), [true]],
        [jsonContains(null), []],
      ]),
  },
  {
    title: 'finds what a structure contains',
    rule: 'JSON must be contained by other JSON as that contains it: the same rule the other way round.',
    run: (fixture) =>
      expectValues(fixture, [
        [jsonContainedBy({}), [{}]],
        [jsonContainedBy({ k: 1 }), [{}, { k: 1 }]],
        [jsonContainedBy({ k: 1, l: 2 }), [{}, { k: 1 }, { k: 1, l: 2 }, { l: 2, k: 1 }]],
        [jsonContainedBy({ k: null, l: 1 }), [{}, { k: null }]],
        [jsonContainedBy({ k: '1' }), [{}, { k: '1' }]],
        [jsonContainedBy({ k: { m: 1, n: 2 } }), [{}, { k: { m: 1 } }]],
        [jsonContainedBy({ k: [1, 2] }), [{}, { k: [1] }]],
        [jsonContainedBy([]), [[]]],
        [jsonContainedBy([3, 2, 1]), [[], [1, 2]]],
        [jsonContainedBy([1]), [[]]],
        [jsonContainedBy(['b', 'a', '1']), [[], ['a'], ['a', 'b'], ['1']]],
        [jsonContainedBy([null, true]), [[], [null], [true]]],
        [jsonContainedBy([[1, 2]]), [[], [[1]]]],
        [jsonContainedBy([{ k: 1, l: 2 }]), [[], [{ k: 1 }], [{ k: 1, l: 2 }]]],
        [jsonContainedBy('a'), ['a']],
        [jsonContainedBy('ab'), ['ab']],
        [jsonContainedBy(5), [5]],
        [jsonContainedBy(false), [false]],
        [jsonContainedBy(null), []],
      ]),
  },
  {
    title: 'finds objects by their keys',
    rule: 'An object must be found by keys of its own, whatever they hold; texts and items of arrays are no keys.',
    run: (fixture) =>
      expectValues(fixture, [
        [hasAllKeys(), OBJECTS],
        [hasAllKeys('k'), OBJECTS.slice(1)],
        [
          hasAllKeys('l'),
          [
            { k: 1, l: 2 },
            { l: 2, k: 1 },
          ],
        ],
        [
          hasAllKeys('k', 'l'),
          [
            { k: 1, l: 2 },
            { l: 2, k: 1 },
          ],
        ],
        [hasAllKeys('k', 'other'), []],
        [hasAllKeys('m'), []],
        [hasAllKeys('a'), []],
        [hasAllKeys('0'), []],
        [hasAllKeys('length'), []],
        [hasAllKeys('constructor'), []],
        [hasAnyKey(), []],
        [hasAnyKey('k'), OBJECTS.slice(1)],
        [
          hasAnyKey('l', 'other'),
          [
            { k: 1, l: 2 },
            { l: 2, k: 1 },
          ],
        ],
        [hasAnyKey('other'), []],
        [hasAnyKey('K'), []],
      ]),
  },
  {
    title: 'finds arrays by an object that an item contains',
    rule: 'An array must be found where one of its items is an object that contains the given one.',
    run: (fixture) =>
      expectValues(fixture, [
        [arrayContainsObject({}), [[{ k: 1 }], [{ k: 1, l: 2 }]]],
        [arrayContainsObject({ k: 1 }), [[{ k: 1 }], [{ k: 1, l: 2 }]]],
        [arrayContainsObject({ l: 2 }), [[{ k: 1, l: 2 }]]],
        [arrayContainsObject({ l: 2, k: 1 }), [[{ k: 1, l: 2 }]]],
        [arrayContainsObject({ k: '1' }), []],
        [arrayContainsObject({ k: 1, m: 3 }), []],
      ]),
  },
];
