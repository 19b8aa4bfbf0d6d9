import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JsonObject } from 'nestjs-event-log';
import type { DataSource } from 'typeorm';
import { userKeyOf } from '../../lib/events/user-key.js';
import { COLUMNS } from '../../lib/typeorm/events/event-columns.js';
import { UserKeyFiller } from '../../lib/typeorm/reading/user-key-filler.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';
import { dataSourcesOf, open, TABLE } from './data-sources.js';
import { insertAsBefore } from './insert-as-before.js';

const BEFORE = COLUMNS.slice(0, COLUMNS.indexOf('user_key'));
const LONG = 'é'.repeat(300);
/** The SHA-256 of it as base64url, not made by this code. */
const DIGEST = '#clC2ZhD4t9vW9eVCbSFDvLptgmzttL6oo1hpXaeNsCM';

const USERS: [who: string, userProperties: object | null, key: string][] = [
  ['the number 7', { id: 7 }, '7'],
  ['the text of that number', { id: '7' }, '7'],
  ['a number with an exponent', { id: 1e21 }, '1e+21'],
  ['255 emoji', { id: '😀'.repeat(255) }, '😀'.repeat(255)],
  ['300 characters', { id: LONG }, DIGEST],
  ['a quote, a backslash and trailing spaces', { id: `'"\\  ` }, `'"\\  `],
  ['NUL', { id: 'a\0b' }, 'a\uFFFDb'],
  ['half an emoji', { id: 'a\uD83D' }, 'a\uFFFD'],
  ['a userId beside an id', { userId: 'ann', id: 'browser' }, 'ann'],
  ['no userId but an id', { userId: null, id: 'browser' }, 'browser'],
  ['an empty userId beside an id', { userId: '', id: 'browser' }, ''],
  ['an empty id', { id: '' }, ''],
  ['an id that is an object', { id: { a: 1 } }, ''],
  ['an id that is true', { id: true }, ''],
  ['neither', { plan: 'pro' }, ''],
  ['no user properties', null, ''],
];

describeEngines('Who did it, as a column,', (engine) => {
  const { shared, another } = dataSourcesOf(engine);
  const fillers: UserKeyFiller[] = [];
  const startFiller = (dataSource: DataSource) => {
    const filler = new UserKeyFiller(dataSource);
    fillers.push(filler);
    filler.start();
    return filler;
  };
  const keysWhere = async (condition: string): Promise<Record<string, string | null>> => {
    const rows: { id: string; user_key: string | null }[] = await shared().query(
      `SELECT id, user_key FROM ${TABLE} WHERE ${condition}`,
    );
    return Object.fromEntries(rows.map(({ id, user_key }) => [id, user_key]));
  };
  afterEach(async () => {
    await Promise.all(fillers.splice(0).map((filler) => filler.stop()));
    await shared().query(`DELETE FROM ${TABLE}`);
  });

  it('is right for whatever an id can be, also of an event that an earlier version stored', async () => {
    const expected = Object.fromEntries(USERS.map(([who, , key]) => [who, key]));
    const records = USERS.map(([id, userProperties]) => newRecord({ id, userProperties: userProperties as JsonObject | null }));
    await (await open(shared())).insert(records);
    expect(await keysWhere('1 = 1')).toEqual(expected);
    await shared().query(`UPDATE ${TABLE} SET user_key = NULL`);
    const filler = startFiller(shared());
    await until('the keys are filled', () => filler.isFilled());
    expect(await keysWhere('1 = 1')).toEqual(expected);
  });

  it('and the indexes take the longest ids, projects, users and types', async () => {
    const long = (letter: string) =>
      letter + Array.from({ length: 254 }, (_, n) => String.fromCodePoint(0x1f300 + ((n * 7) % 700))).join('');
    const reference = { entityType: 'e'.repeat(64), messageId: undefined };
    const longest = newRecord({
      ...reference,
      id: long('i'),
      projectId: long('p'),
      type: long('t'),
      userProperties: { id: long('u') },
    });
    expect(await (await open(shared())).insert([longest])).toEqual([{ replayed: false }]);
    expect(await keysWhere('1 = 1')).toEqual({ [longest.id]: long('u') });
  });

  it('is filled by several processes while both versions write, and none is lost or overwritten', async () => {
    const old = await another({ migrationsRun: false });
    const stored = new Map<string, string>();
    const next = () => {
      const n = stored.size;
      const record = newRecord({
        id: `event ${n}`,
        projectId: [null, '', 'p', 'q'][n % 4],
        createdAt: new Date(Date.UTC(2026, 0, 1 + (n % 5))).toISOString(),
        userProperties: USERS[n % USERS.length][1] as JsonObject | null,
      });
      stored.set(record.id, userKeyOf(record));
      return record;
    };
    for (let n = 0; n < 500; n++) await insertAsBefore(old, BEFORE, next());
    const repository = await open(shared());
    await repository.insert([newRecord({ id: 'kept', projectId: 'q' })]);
    await shared().query(`UPDATE ${TABLE} SET user_key = 'kept' WHERE id = 'kept'`);
    stored.set('kept', 'kept');

    const both = [startFiller(shared()), startFiller(old)];
    for (let n = 0; n < 300; n++) {
      await insertAsBefore(old, BEFORE, next());
      await repository.insert([next()]);
      await nextTurn();
    }
    await until('no row is left', async () => Object.keys(await keysWhere('user_key IS NULL')).length === 0);
    expect(await keysWhere('1 = 1')).toEqual(Object.fromEntries(stored));
    await until('both have seen it', () => both.every((filler) => filler.isFilled()));
  });

  it('is looked for again, as processes of an earlier version may write later', async () => {
    const filler = startFiller(shared());
    await until('a look found nothing', () => filler.isFilled());
    await insertAsBefore(shared(), BEFORE, newRecord({ id: 'late', userProperties: { id: 'ann' } }));
    await until('it is filled', async () => (await keysWhere('1 = 1')).late === 'ann');
    expect(filler.isFilled()).toBe(false);
    await until('a look found nothing again', () => filler.isFilled());
  });

  it('is filled no further after a stop, and by the next start', async () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => newRecord({ id: `event ${n}`, userProperties: { id: n } }));
    await (await open(shared())).insert(rows);
    await shared().query(`UPDATE ${TABLE} SET user_key = NULL`);
    const filler = startFiller(shared());
    const unfilled = async () => Object.keys(await keysWhere('user_key IS NULL')).length;
    await until('some are filled', async () => (await unfilled()) < 2_000);
    await filler.stop();
    const left = await unfilled();
    expect(left).toBeGreaterThan(0);
    expect(filler.isFilled()).toBe(false);
    await nextTurn();
    expect(await unfilled()).toBe(left);
    const again = startFiller(shared());
    await until('all are filled', () => again.isFilled());
    expect(await keysWhere('1 = 1')).toEqual(Object.fromEntries(rows.map(({ id }, n) => [id, String(n)])));
  });

  if (engine.name !== 'SQLite') return;

  it('is not filled in a transaction of the host, which has the same connection', async () => {
    await insertAsBefore(shared(), BEFORE, newRecord({ id: 'old', userProperties: { id: 'ann' } }));
    await shared().query('BEGIN');
    const filler = startFiller(shared());
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(await keysWhere('1 = 1')).toEqual({ old: null });
    await shared().query('ROLLBACK');
    await until('it is filled', () => filler.isFilled());
    expect(await keysWhere('1 = 1')).toEqual({ old: 'ann' });
  });
});
