import type { StoredEvent } from 'nestjs-event-log';
import { check, NO_FAULTS } from './checker.js';
import { eventOf, type SentEvent } from './event.js';
import { History } from './history.js';

function storedOf({ id = 'evt_made', type, messageId, properties }: SentEvent): StoredEvent {
  const createdAt = '2026-01-02T03:04:05.678Z';
  const scope = { projectId: null, integrationId: null };
  return { id, type, messageId, createdAt, ...scope, properties, userProperties: null, entityType: 'message' };
}

/** A history of one attempt an event, as `answers` end them: a status, or none. */
async function historyOf(answers: Record<string, { status?: number; stored?: StoredEvent }>): Promise<History> {
  const history = new History();
  for (const [name, { status, stored }] of Object.entries(answers)) {
    const event = eventOf(name);
    await history.attempt(event, async () => {
      if (status === undefined) throw new Error('the connection broke');
      return { status, headers: {}, body: JSON.stringify(stored ?? storedOf(event)) };
    });
  }
  return history;
}

const stored = (...names: string[]) => names.map((name) => storedOf(eventOf(name)));
const altered = (name: string, change: Partial<StoredEvent>) => ({ ...storedOf(eventOf(name)), ...change }) as StoredEvent;

describe('check', () => {
  it('the checker finds nothing where all that was acknowledged is stored, once and whole', async () => {
    const history = await historyOf({ a: { status: 200 }, b: { status: 200 }, refused: { status: 422 }, away: { status: 503 } });
    expect(check(history.records, stored('a', 'b'))).toEqual({ ...NO_FAULTS, recovered: [] });
  });

  it.each(
    Object.entries({
      lost: [{ a: { status: 200 } }, []],
      unexpected: [{}, stored('a')],
      duplicated: [{ a: { status: 200 } }, stored('a', 'a')],
      rejectedButStored: [{ a: { status: 422 } }, stored('a')],
      'corrupt, by another content in the store': [{ a: { status: 503 } }, [altered('a', { properties: {} })]],
      'corrupt, by another id in the store': [{ a: { status: 503 } }, [altered('a', { id: 'b' })]],
      'corrupt, by another content in the answer': [
        { a: { status: 200, stored: altered('a', { properties: {} }) } },
        stored('a'),
      ],
      'corrupt, by an answer that is not what is stored': [
        { a: { status: 200, stored: altered('a', { createdAt: '2026-01-02T03:04:05.679Z' }) } },
        stored('a'),
      ],
    } satisfies Record<string, [Parameters<typeof historyOf>[0], StoredEvent[]]>),
  )('the checker names what is %s', async (kind, [answers, rows]) => {
    const { records } = await historyOf(answers);
    expect(check(records, rows)).toMatchObject({ ...NO_FAULTS, [kind.split(',')[0]]: ['a'] });
  });

  it.each([
    ['a 503', 503],
    ['no answer', undefined],
  ])('the checker allows what is stored after %s', async (_name, status) => {
    const history = await historyOf({ a: { status } });
    expect(check(history.records, stored('a'))).toEqual({ ...NO_FAULTS, recovered: ['a'] });
  });

  it('the checker knows events without an id by their messageId', async () => {
    const history = new History();
    const event = eventOf('a', false);
    const answer = (id: string) => async () => ({ status: 200, headers: {}, body: JSON.stringify(altered('a', { id })) });
    await history.attempt(event, answer('evt_1'));
    expect(check(history.records, [altered('a', { id: 'evt_1' })])).toMatchObject(NO_FAULTS);
    const both = [altered('a', { id: 'evt_1' }), altered('a', { id: 'evt_2' })];
    expect(check(history.records, both)).toMatchObject({ ...NO_FAULTS, duplicated: ['a'] });
    expect(check(history.records, [altered('a', { id: 'evt_2' })])).toMatchObject({ ...NO_FAULTS, corrupt: ['a'] });
  });

  it('the checker takes a refusal for one only where it was the only answer', async () => {
    const history = await historyOf({ a: { status: 422 } });
    await history.attempt(eventOf('a'), () => Promise.reject(new Error('the connection broke')));
    expect(check(history.records, stored('a'))).toEqual({ ...NO_FAULTS, recovered: ['a'] });
  });
});
