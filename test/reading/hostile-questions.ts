import fc from 'fast-check';
import type { EventReader, EventRecord } from 'nestjs-event-log';
import type { Keyset } from '../../lib/storage/reading/event-query.interface.js';
import { QueryRefusal } from '../../lib/storage/reading/query-refusal.js';
import { newEvent } from '../../lib/testing/event-repository/events.js';
import { GeneratedQuestions } from './generated-questions.js';

const OPTIONS = { timeoutMs: 60_000 };
const SEED = 12;

const FRAGMENTS = [
  ...[
    "'",
    '"',
    '`',
    '\\',
    "\\'",
    "''",
    "' OR '1'='1",
    "' OR 1=1 -- ",
    '" OR ""="',
    "') OR TRUE --",
    '1; DROP TABLE event_log_events; --',
  ],
  ...[
    "'; DELETE FROM event_log_events; --",
    "x' UNION SELECT secret FROM event_log_events --",
    '/*',
    '*/',
    '#',
    '--',
    ';',
    '$1',
    '?',
    '??',
  ],
  ...[
    ':a',
    '@@version',
    '%',
    '_',
    '{}',
    '$$',
    '$."a"',
    '"."',
    '$[*]',
    '$**',
    "{a}'",
    '}',
    'NULL',
    '\0',
    "\0'",
    '\ud800',
    '\udfff"',
  ],
  ...[
    'e.project_id',
    'theirs',
    'a',
    '',
    '\u2019',
    '\u02bc',
    '-1',
    "-'",
    '\b',
    '\x1a',
    '\n',
    "\\\0'",
    '0x27',
    "E'\\''",
    'sleep(9)',
  ],
];
const TIMES = ['2026-01-01T00:00:00.000Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-06-01T00:00:00+02:00'];
const QUESTIONS = new GeneratedQuestions(FRAGMENTS, TIMES);

/** What a cursor from outside may hold in place of a keyset. */
const KEYSETS = fc.array(fc.oneof(QUESTIONS.text, fc.constantFrom(...TIMES), fc.constantFrom(null, 0, -1, 1e308, 0.5)), {
  maxLength: 5,
});

/** Of two projects, with each fragment as a key and as a value. */
export function hostileEvents(): EventRecord[] {
  const events = [
    ...FRAGMENTS.map((text, index) => ({ id: `mine ${index}`, projectId: 'mine', properties: { [safe(text)]: safe(text) } })),
    ...FRAGMENTS.map((text, index) => ({
      id: `theirs ${index}`,
      projectId: 'theirs',
      type: 'of another project',
      properties: { a: safe(text) },
    })),
  ];
  return events.map((fields) => newEvent(fields));
}

/** A reader of `hostileEvents()`, and all that its store has. */
export interface Attacked {
  readonly reader: EventReader;
  content(): Promise<unknown>;
}

/** Tests what is made of texts that are SQL to some engine; each run has four requests. */
export function itWithstands(attacked: () => Attacked, runs: number): void {
  /** What a question answers; undefined for one that is refused in words. Every other error fails the test. */
  async function answered<T>(question: Promise<T>): Promise<T | undefined> {
    return question.catch((error: unknown) => {
      if (error instanceof QueryRefusal || error instanceof RangeError) return undefined;
      throw error;
    });
  }

  it('answer events of their scope alone, are refused in words or answered, and change nothing', async () => {
    const before = await attacked().content();
    const scope = { projectId: 'mine' };
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        ...([QUESTIONS.condition(), QUESTIONS.query(), fc.option(KEYSETS, { nil: undefined }), QUESTIONS.text] as const),
        async (where, asked, after, id) => {
          const page = await answered(attacked().reader.list({ scope, where, limit: 100, after: after as Keyset }, OPTIONS));
          const answer = await answered(
            attacked().reader.query({ scope, where, ...asked, limit: 100, after, counted: true }, OPTIONS),
          );
          const keys = await answered(attacked().reader.keys({ scope, where, field: 'properties', limit: 100 }, OPTIONS));
          const byId = await answered(attacked().reader.find(id, { ...scope, integrationId: id }, OPTIONS));
          found += page?.events.length ?? 0;
          expect([...(page?.events ?? []), ...(byId ?? [])].filter(({ projectId }) => projectId !== 'mine')).toEqual([]);
          expect(JSON.stringify([answer, keys])).not.toContain('of another project');
        },
      ),
      { numRuns: runs, seed: SEED },
    );
    expect(found).toBeGreaterThan(runs);
    expect(await attacked().content()).toEqual(before);
  }, 300_000);

  it('of scopes and time zones are refused in words or answered, too', async () => {
    const day = (timezone: string) => ({ kind: 'time', unit: 'day', timezone }) as const;
    for (const text of FRAGMENTS) {
      const query = { where: { and: [] }, select: [day(text)], groupBy: [day(text)], orderBy: [], limit: 10, counted: false };
      expect(await answered(attacked().reader.query({ ...query, scope: { projectId: 'mine' } }, OPTIONS))).toBe(undefined);
      for (const scope of [{ projectId: text }, { integrationId: text }, { entityTypes: [text] }]) {
        const page = await answered(attacked().reader.list({ scope, where: { or: [{ and: [] }] }, limit: 100 }, OPTIONS));
        expect(page?.events.filter(({ projectId }) => projectId !== text)).toEqual([]);
      }
    }
  });

  it('find what they name, else the tests before prove nothing', async () => {
    const where = { operand: { field: 'properties', path: ["' OR 1=1 -- "] }, operator: 'in', values: ["' OR 1=1 -- "] } as const;
    const { events: found } = await attacked().reader.list({ scope: { projectId: 'mine' }, where, limit: 10 }, OPTIONS);
    expect(found.map(({ id }) => id)).toEqual([`mine ${FRAGMENTS.indexOf("' OR 1=1 -- ")}`]);
  });
}

/** As an event has it. */
function safe(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
