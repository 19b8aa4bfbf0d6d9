import type { Condition } from '../../storage/reading/event-query.interface.js';
import type { EventReaderCase } from './event-reader.case.js';
import { type ConditionCase, expectFound, projectOf } from './expectations.js';
import { gt, isIn, isNull, json, that } from './questions.js';

const A = that(json('properties', 'a'), isIn(1));
const B = that(json('properties', 'b'), isIn(1));
/** Of a value that no event has. */
const NEVER = that(json('properties', 'missing'), gt(1));

/** `and`, `or` and `not` by turns, so many levels deep, around a condition. */
function nested(levels: number, condition: Condition): Condition {
  if (levels === 0) return condition;
  const inner = nested(levels - 1, condition);
  return [{ and: [inner, { and: [] }] }, { or: [inner, NEVER] }, { not: { not: inner } }][levels % 3];
}

export const LOGIC_CASES: readonly EventReaderCase[] = [
  {
    title: 'joins conditions',
    rule: 'A condition must be true or false and never unknown: `not` is the exact complement, an empty `and` true, an empty `or` false.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: 'neither', properties: null },
        { id: 'a', properties: { a: 1 } },
        { id: 'b', properties: { b: 1, a: null } },
        { id: 'both', properties: { a: 1, b: 1 } },
      ]);
      const all = ['neither', 'a', 'b', 'both'];
      const cases: readonly ConditionCase[] = [
        [{ and: [] }, all],
        [{ or: [] }, []],
        [A, ['a', 'both']],
        [{ and: [A, B] }, ['both']],
        [{ or: [A, B] }, ['a', 'b', 'both']],
        [{ and: [A, { not: B }] }, ['a']],
        [{ not: { or: [A, B] } }, ['neither']],
        [{ not: { and: [A, B] } }, ['neither', 'a', 'b']],
        [{ or: [{ and: [A, { not: B }] }, { and: [B, { not: A }] }] }, ['a', 'b']],
        [{ and: [{ or: [A, B] }, { not: { and: [A, B] } }] }, ['a', 'b']],
        [{ not: { not: A } }, ['a', 'both']],
        [NEVER, []],
        [{ not: NEVER }, all],
        [{ and: [A, NEVER] }, []],
        [{ or: [A, NEVER] }, ['a', 'both']],
        [{ or: [A, { not: NEVER }] }, all],
        [{ not: that(json('properties', 'a'), isNull) }, ['a', 'both']],
        [{ and: [{ and: [] }, A] }, ['a', 'both']],
        [{ or: [{ or: [] }, A] }, ['a', 'both']],
        [nested(10, A), ['a', 'both']],
      ];
      await expectFound(fixture, projectId, cases);
    },
  },
  {
    title: 'takes a hundred conditions, and a thousand values',
    rule: 'A query must take 100 conditions, 1,000 values of `in` and a path of 30 keys.',
    async run(fixture) {
      // MariaDB reads no JSON of more than 31 levels.
      const path = Array.from({ length: 29 }, (_, level) => `level ${level}`);
      const deep = path.reduceRight<object>((inner, key) => ({ [key]: inner }), { bottom: 'x' });
      const projectId = await projectOf(fixture, [
        { id: 'a', properties: { a: 1 } },
        { id: 'b', properties: { a: 999 } },
        { id: 'deep', properties: deep },
      ]);
      const values = Array.from({ length: 1_000 }, (_, value) => value);
      await expectFound(fixture, projectId, [
        [{ or: values.slice(0, 100).map((value) => that(json('properties', 'a'), isIn(value))) }, ['a']],
        [that(json('properties', 'a'), isIn(...values)), ['a', 'b']],
        [that('type', isIn(...values.map(String))), []],
        [that(json('properties', ...path, 'bottom'), isIn('x')), ['deep']],
      ]);
    },
  },
];
