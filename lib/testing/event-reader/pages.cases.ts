import type { EventQuery, Expression, Keyset } from '../../storage/reading/event-query.interface.js';
import type { EventReaderCase, EventReaderFixture } from './event-reader.case.js';
import { projectOf } from './expectations.js';
import { newEvent } from '../event-repository/events.js';
import { aggregate, ALL, ask, by, COUNT, json, OPTIONS, store, valueOf } from './questions.js';

/** A page, and where it ended. */
interface Page {
  readonly rows: readonly unknown[];
  readonly next: Keyset | null;
}

/** All pages: `between` is run after each, and each keyset goes to the outside and comes back, as in a cursor. */
async function allPages(pageAfter: (after?: Keyset) => Promise<Page>, between?: () => Promise<void>): Promise<Page['rows'][]> {
  const pages: Page['rows'][] = [];
  let after: Keyset | undefined;
  do {
    const { rows, next } = await pageAfter(after);
    pages.push(rows);
    await between?.();
    after = next === null ? undefined : (JSON.parse(JSON.stringify(next)) as Keyset);
  } while (after !== undefined && pages.length < 1_000);
  return pages;
}

/** The pages of a query, of each size, together are the query. */
async function expectPages(fixture: EventReaderFixture, query: Pick<EventQuery, 'scope'> & Partial<EventQuery>): Promise<void> {
  const { rows: whole } = await ask(fixture, query);
  for (const limit of [1, 2, 3, whole.length, whole.length + 1]) {
    const pages = await allPages((after) => ask(fixture, { ...query, limit, after }));
    fixture.expect(pages.flat()).toEqual(whole);
    fixture.expect(pages.length).toBe(Math.ceil(whole.length / limit));
  }
}

/** With ties of time, type and integration, and with null. */
const EVENTS = Array.from({ length: 24 }, (_, index) => ({
  id: `event ${index}`,
  createdAt: `2026-01-0${1 + (index % 3)}T00:00:00.000Z`,
  type: ['a', 'A', 'é'][index % 4] ?? '😀',
  integrationId: [null, '', 'i', 'I', '\uFFFD'][index % 5],
  properties: index % 6 === 0 ? null : { v: [null, 'x', 1, '1', true][index % 5], n: index % 7 === 0 ? null : index / 2 },
}));

const ORDERS: readonly (readonly [Expression, 'asc' | 'desc'][])[] = [
  [],
  [[valueOf('createdAt'), 'desc']],
  [[valueOf('integrationId'), 'asc']],
  [[valueOf('integrationId'), 'desc']],
  [
    [valueOf('type'), 'desc'],
    [valueOf('createdAt'), 'asc'],
    [valueOf('id'), 'desc'],
  ],
  [[valueOf(json('properties', 'v')), 'asc']],
  [[valueOf(json('properties', 'v')), 'desc']],
];

const GROUP_ORDERS: readonly (readonly [Expression, 'asc' | 'desc'][])[] = [
  [],
  [[COUNT, 'desc']],
  [[aggregate('sum', json('properties', 'n')), 'asc']],
  [[aggregate('avg', json('properties', 'n')), 'desc']],
  [
    [valueOf('integrationId'), 'desc'],
    [COUNT, 'asc'],
  ],
];

export const PAGE_CASES: readonly EventReaderCase[] = [
  {
    title: 'answers events by pages that together are all',
    rule: 'Pages must go on after the last row, whatever the order, with ties and null.',
    async run(fixture) {
      const scope = { projectId: await projectOf(fixture, EVENTS) };
      for (const order of ORDERS) {
        const orderBy = order.map(([by, direction]) => ({ by, direction }));
        await expectPages(fixture, { scope, select: [valueOf('id'), valueOf('type')], orderBy });
      }
    },
  },
  {
    title: 'answers groups by pages that together are all',
    rule: 'Pages of groups must go on after the last group, by aggregates too, with ties and null.',
    async run(fixture) {
      const scope = { projectId: await projectOf(fixture, EVENTS) };
      const groupBy = [valueOf('integrationId'), valueOf('type')];
      for (const order of GROUP_ORDERS) {
        const orderBy = order.map(([by, direction]) => ({ by, direction }));
        await expectPages(fixture, { scope, select: [...groupBy, COUNT], groupBy, orderBy });
      }
      const v = valueOf(json('properties', 'v'));
      await expectPages(fixture, { scope, select: [v, COUNT], groupBy: [v] });
      const day = by('day', 'Asia/Kolkata');
      await expectPages(fixture, {
        scope,
        select: [day, v, COUNT],
        groupBy: [day, v],
        orderBy: [{ by: day, direction: 'desc' }],
      });
    },
  },
  {
    title: 'skips and repeats no event while others are stored',
    rule: 'Each event that was there before the first page must be on one page, however many are stored meanwhile.',
    async run(fixture) {
      const projectId = await projectOf(fixture, EVENTS);
      let more = 0;
      const between = () =>
        store(
          fixture,
          ['2026-01-01', '2026-01-02', '2026-01-03', '0001-01-01', '9999-12-31'].map((day) =>
            newEvent({ projectId, id: `later ${more++}`, createdAt: `${day}T00:00:00.000Z`, type: 'A', integrationId: null }),
          ),
        );
      const isOld = (id: unknown) => String(id).startsWith('event ');
      const ids = EVENTS.map(({ id }) => id).sort();
      const lists = await allPages(async (after) => {
        const { events, next } = await fixture.reader.list({ scope: { projectId }, where: ALL, limit: 5, after }, OPTIONS);
        return { rows: events.map(({ id }) => id), next };
      }, between);
      fixture.expect(lists.flat().filter(isOld).sort()).toEqual(ids);
      const orderBy = [{ by: valueOf('integrationId'), direction: 'asc' }] as const;
      const query = { scope: { projectId }, select: [valueOf('id')], orderBy, limit: 5 };
      const queries = await allPages((after) => ask(fixture, { ...query, after }), between);
      fixture.expect(queries.flat(2).filter(isOld).sort()).toEqual(ids);
    },
  },
  {
    title: 'refuses a keyset that it has not made',
    rule: 'A keyset comes from outside: one that is none for the question must be refused with a RangeError.',
    async run(fixture) {
      const projectId = await projectOf(fixture, EVENTS);
      const [scope, groupBy] = [{ projectId }, [valueOf('type')]];
      const orderBy = [{ by: COUNT, direction: 'desc' }] as const;
      const questions: ((after: Keyset) => Promise<unknown>)[] = [
        (after) => fixture.reader.list({ scope, where: ALL, limit: 5, after }, OPTIONS),
        (after) => ask(fixture, { scope, select: [valueOf('id')], after }),
        (after) => ask(fixture, { scope, select: [valueOf('type')], groupBy, orderBy, after }),
      ];
      const time = '2026-01-01T00:00:00.000Z';
      const forged: unknown[] = [
        [],
        [time],
        [1, 2, 3],
        [time, {}, 'p'],
        [time, ['a'], 'p'],
        ['no time', 'a', 'p'],
        'abc',
        {},
        [time, 'a', 'p', 'more', 'more', 'more'],
      ];
      for (const keyset of forged) {
        for (const question of questions) {
          const refused = await question(keyset as Keyset).catch((error: unknown) => error);
          fixture.expect([keyset, refused instanceof RangeError]).toEqual([keyset, true]);
        }
      }
    },
  },
];
