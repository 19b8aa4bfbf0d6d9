import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventRecord } from 'nestjs-event-log';
import { eventLogMigrations, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { COLUMNS, toRow } from '../../lib/typeorm/events/event-columns.js';
import type { TestDatabase } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { dataSourcesOf, open, TABLE } from './data-sources.js';

/** The migrations of the version that knew no fields of a host's own. */
const EARLIER = eventLogMigrations.slice(0, 3);
const EARLIER_COLUMNS = COLUMNS.filter((column) => column !== 'fields');

/** Writes an event as that version does. */
async function insertAsBefore(dataSource: DataSource, event: EventRecord): Promise<void> {
  const row = toRow(event);
  const isPostgres = dataSource.options.type === 'postgres';
  const isSqlite = dataSource.options.type === 'better-sqlite3';
  const places = EARLIER_COLUMNS.map((_column, index) => (isPostgres ? `$${index + 1}` : '?')).join(', ');
  // The times of a row are RFC 3339; MySQL takes them without the letters.
  const values = EARLIER_COLUMNS.map((column) =>
    column.endsWith('_at') && !isPostgres && !isSqlite ? row[column]?.replace('T', ' ').replace('Z', '') : row[column],
  );
  await dataSource.query(`INSERT INTO ${TABLE} (${EARLIER_COLUMNS.join(', ')}) VALUES (${places})`, values);
}

describeEngines('A table of the version before own fields', (engine) => {
  const { another } = dataSourcesOf(engine);

  const databases: TestDatabase[] = [];

  // The data sources on it are closed after each test.
  afterAll(() => Promise.all(databases.map((database) => database.stop())));

  it('is migrated while processes of that version go on writing, and both versions write after it', async () => {
    const database = await engine.start();
    databases.push(database);
    const before = await another({ migrations: EARLIER }, database.url);
    await insertAsBefore(before, newRecord({ id: 'first' }));
    let migrated = false;
    const writing = (async () => {
      let written = 0;
      for (; !migrated || written < 20; written++) {
        await insertAsBefore(before, newRecord({ id: `old ${written}` }));
        await nextTurn(); // SQLite writes in this one.
      }
      return written;
    })();
    const after = await another({}, database.url);
    migrated = true;
    const repository: TypeOrmEventRepository = await open(after);
    const order = newRecord({ id: 'own', entityType: 'order', messageId: undefined, fields: { totalCents: 1 } });
    expect(await repository.insert([order, newRecord({ id: 'contract' })])).toEqual([{ replayed: false }, { replayed: false }]);
    const written = await writing;
    await insertAsBefore(before, newRecord({ id: 'last' }));

    const [{ count }] = await after.query(`SELECT COUNT(*) AS count FROM ${TABLE} WHERE fields IS NULL`);
    expect(Number(count)).toBe(written + 3);
    expect(await repository.find('own', 'p')).toMatchObject({ entityType: 'order', fields: { totalCents: 1 } });
    for (const id of ['first', 'old 0', 'last', 'contract']) expect(await repository.find(id, 'p')).not.toHaveProperty('fields');
  }, 30_000);
});
