import { randomUUID } from 'node:crypto';
import { userKey } from '../../events/user-key.js';
import type { EventReaderCase } from './event-reader.case.js';
import { casesOf, expectFound, projectOf } from './expectations.js';
import { contains, gt, gte, idsOf, isIn, isNull, lt, lte, startsWith, that } from './questions.js';

/** Texts that databases easily take for one another, by code point. */
const ALIKE = ['A', 'a', 'a ', 'a%', 'a_', 'ab', 'e', 'e\u0301', 'é', '\uFFFD', '😀'];

export const COLUMN_CASES: readonly EventReaderCase[] = [
  {
    title: 'compares the texts of a field by code point',
    rule: 'Texts of a field must be told apart and ordered by code point: case, accents and trailing spaces count.',
    async run(fixture) {
      const search = { entityType: 'search', messageId: undefined };
      const projectId = await projectOf(fixture, [
        { id: 'none' },
        { id: 'empty', searchQuery: '', ...search },
        ...ALIKE.map((text) => ({ id: text, searchQuery: text, type: text, ...search })),
      ]);
      await expectFound(fixture, projectId, [
        ...ALIKE.flatMap((text) => casesOf('searchQuery', [[isIn(text), [text]]])),
        ...ALIKE.flatMap((text) => casesOf('type', [[isIn(text), [text]]])),
        ...casesOf('searchQuery', [
          [isNull, ['none']],
          [isIn(''), ['empty']],
          [isIn(), []],
          [isIn('a', 'é', 'of none'), ['a', 'é']],
          [gt('a'), ALIKE.slice(2)],
          [gte('a'), ALIKE.slice(1)],
          [lt('a'), ['empty', 'A']],
          [lte('a'), ['empty', 'A', 'a']],
          [gt('\uFFFD'), ['😀']],
          [gte(''), ['empty', ...ALIKE]],
          [contains('a'), ['a', 'a ', 'a%', 'a_', 'ab']],
          [contains('%'), ['a%']],
          [contains('_'), ['a_']],
          [contains(' '), ['a ']],
          [contains(''), ['empty', ...ALIKE]],
          [startsWith('a'), ['a', 'a ', 'a%', 'a_', 'ab']],
          [startsWith('a%'), ['a%']],
          [startsWith('e'), ['e', 'e\u0301']],
          [startsWith('\u0301'), []],
        ]),
        ...casesOf('type', [
          [isNull, []],
          [startsWith('message:'), ['none', 'empty']],
          [gt('a_'), ['ab', 'e', 'e\u0301', 'none', 'empty', 'é', '\uFFFD', '😀']],
          [lt('a'), ['A']],
        ]),
      ]);
    },
  },
  {
    title: 'knows the fields that an event lacks',
    rule: 'A field of another entity type, no integration and no organization must be null.',
    async run(fixture) {
      const projectId = await projectOf(fixture, [
        { id: 'message', messageId: 'm1', integrationId: null },
        { id: 'conversation', entityType: 'conversation', messageId: undefined, conversationId: 'c1', integrationId: 'i1' },
        { id: 'search', entityType: 'search', messageId: undefined, searchQuery: 'q', integrationId: 'i2' },
        { id: 'order', entityType: 'order', messageId: undefined, fields: { total: 1 }, integrationId: 'I1' },
      ]);
      const all = ['message', 'conversation', 'search', 'order'];
      await expectFound(fixture, projectId, [
        ...casesOf('entityType', [
          [isIn('message'), ['message']],
          [isIn('order', 'search'), ['search', 'order']],
          [isNull, []],
        ]),
        ...casesOf('messageId', [
          [isIn('m1'), ['message']],
          [isNull, ['conversation', 'search', 'order']],
        ]),
        ...casesOf('conversationId', [
          [isIn('c1'), ['conversation']],
          [isNull, ['message', 'search', 'order']],
        ]),
        ...casesOf('searchQuery', [[isNull, ['message', 'conversation', 'order']]]),
        ...casesOf('integrationId', [
          [isIn('i1'), ['conversation']],
          [gt('i'), ['conversation', 'search']],
          [isNull, ['message']],
        ]),
        ...casesOf('organizationId', [
          [isNull, all],
          [isIn('o'), []],
          [gte(''), []],
        ]),
        ...casesOf('projectId', [
          [isIn(projectId), all],
          [isNull, []],
          [isIn(projectId.toUpperCase()), []],
        ]),
        ...casesOf('id', [
          [isIn('message'), ['message']],
          [startsWith('se'), ['search']],
          [gt('message'), ['search', 'order']],
        ]),
      ]);
    },
  },
  {
    title: 'knows who did it',
    rule: '`userKey` must be what userKeyOf() makes of an event, and null where that is empty.',
    async run(fixture) {
      const long = 'x'.repeat(300);
      const projectId = await projectOf(fixture, [
        { id: 'userId', userProperties: { userId: 'u1' } },
        { id: 'id', userProperties: { id: 'u1' } },
        { id: 'both', userProperties: { id: 'u1', userId: 'u2' } },
        { id: 'userId of null', userProperties: { id: 'u1', userId: null } },
        { id: 'number', userProperties: { id: 7 } },
        { id: 'digits', userProperties: { id: '7' } },
        { id: 'long', userProperties: { id: long } },
        { id: 'digest', userProperties: { id: userKey(long) } },
        { id: 'object', userProperties: { id: {} } },
        { id: 'empty text', userProperties: { id: '' } },
        { id: 'empty', userProperties: {} },
        { id: 'none', userProperties: null },
      ]);
      await expectFound(
        fixture,
        projectId,
        casesOf('userKey', [
          [isIn('u1'), ['userId', 'id', 'userId of null']],
          [isIn('u2'), ['both']],
          [isIn('7'), ['number', 'digits']],
          [isIn(userKey(long)), ['long']],
          [isIn(userKey(userKey(long))), ['digest']],
          [isIn(long), []],
          [isIn(''), []],
          [isNull, ['object', 'empty text', 'empty', 'none']],
          [startsWith('u'), ['userId', 'id', 'both', 'userId of null']],
        ]),
      );
    },
  },
  {
    title: 'compares times to the millisecond, over the whole calendar',
    rule: 'Times must be compared by their instant, to the millisecond, from the year 1 to 9999, also with times beyond.',
    async run(fixture) {
      const times = [
        '0001-01-01T00:00:00.000Z',
        '0099-12-31T23:59:59.999Z',
        '1969-12-31T23:59:59.999Z',
        '1970-01-01T00:00:00.000Z',
        '2026-03-29T00:59:59.999Z',
        '2026-03-29T01:00:00.000Z',
        '2026-03-29T01:00:00.001Z',
        '9999-12-31T23:59:59.999Z',
      ];
      const projectId = await projectOf(
        fixture,
        times.map((createdAt) => ({ id: createdAt, createdAt })),
      );
      await expectFound(fixture, projectId, [
        ...times.flatMap((time, index) =>
          casesOf('createdAt', [
            [isIn(time), [time]],
            [gt(time), times.slice(index + 1)],
            [gte(time), times.slice(index)],
            [lt(time), times.slice(0, index)],
            [lte(time), times.slice(0, index + 1)],
          ]),
        ),
        ...casesOf('createdAt', [
          [isIn(), []],
          [isIn(times[0], times[5], '2026-03-29T01:00:00.002Z'), [times[0], times[5]]],
          [isNull, []],
          [isIn('2026-03-29T01:00:00Z'), [times[5]]],
          [gte('2026-03-29T01:00:00Z'), times.slice(5)],
          [gt('-000001-12-31T23:59:59.999Z'), times],
          [lte('0000-12-31T23:59:59.999Z'), []],
          [lt('+010000-01-01T11:59:59.999Z'), times],
          [gte('+010000-01-01T11:59:59.999Z'), []],
        ]),
        [{ and: [that('createdAt', gte(times[2])), that('createdAt', lt(times[5]))] }, times.slice(2, 5)],
      ]);
    },
  },
  {
    title: 'compares projects byte by byte',
    rule: 'Projects must be compared byte by byte, and no project (null) be none of them.',
    async run(fixture) {
      const integrationId = randomUUID();
      const projects = ['', 'p', 'P', 'p ', 'é', 'e\u0301', null, 'null'].map((name) => name && `${name}${integrationId}`);
      for (const projectId of projects)
        await projectOf(fixture, [{ id: String(projectId) + integrationId, projectId, integrationId }]);
      for (const projectId of projects) {
        const where = that('projectId', projectId === null ? isNull : isIn(projectId));
        fixture.expect(await idsOf(fixture, { integrationId }, where)).toEqual([String(projectId) + integrationId]);
      }
    },
  },
];
