import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventLogMigrations, TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { COLUMNS } from '../../lib/typeorm/events/event-columns.js';
import type { TestDatabase } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';
import { newRecord } from '../utils/events.js';
import { dataSourcesOf, open, TABLE } from './data-sources.js';
import { insertAsBefore } from './insert-as-before.js';

/** Versions of before, by what they lacked: each knew the first migrations, and writes the first columns. */
const VERSIONS = [
  { lacked: 'own fields', migrations: 3, columns: COLUMNS.slice(0, COLUMNS.indexOf('fields')) },
  { lacked: 'reading', migrations: 5, columns: COLUMNS.slice(0, COLUMNS.indexOf('user_key')) },
].map((version) => ({ ...version, migrations: eventLogMigrations.slice(0, version.migrations) }));

describeEngines('A table of an earlier version', (engine) => {
  const { another } = dataSourcesOf(engine);

  const databases: TestDatabase[] = [];

  // The data sources on it are closed after each test.
  afterAll(() => Promise.all(databases.map((database) => database.stop())));

  it.each(VERSIONS)(
    'that lacked $lacked is migrated while its processes go on writing, and both versions write after it',
    async ({ migrations, columns }) => {
      const database = await engine.start();
      databases.push(database);
      const before = await another({ migrations }, database.url);
      const insert = (id: string) => insertAsBefore(before, columns, newRecord({ id, userProperties: { id: 'ann' } }));
      await insert('first');
      let migrated = false;
      const writing = (async () => {
        let written = 0;
        for (; !migrated || written < 20; written++) {
          await insert(`old ${written}`);
          await nextTurn(); // SQLite writes in this one.
        }
        return written;
      })();
      const after = await another({}, database.url);
      migrated = true;
      const repository: TypeOrmEventRepository = await open(after);
      const order = newRecord({ id: 'own', entityType: 'order', messageId: undefined, fields: { totalCents: 1 } });
      const contract = newRecord({ id: 'contract', userProperties: { id: 7 } });
      expect(await repository.insert([order, contract])).toEqual([{ replayed: false }, { replayed: false }]);
      const written = await writing;
      await insert('last');

      const idsWhere = async (condition: string) =>
        (await after.query(`SELECT id FROM ${TABLE} WHERE ${condition}`)).map(({ id }: { id: string }) => id);
      expect(await idsWhere('fields IS NULL')).toHaveLength(written + 3);
      expect(await idsWhere('user_key IS NULL')).toHaveLength(written + 2);
      expect(await idsWhere("user_key = '7'")).toEqual(['contract']);
      expect(await repository.find('own', 'p')).toMatchObject({ entityType: 'order', fields: { totalCents: 1 } });
      for (const id of ['first', 'old 0', 'last', 'contract'])
        expect(await repository.find(id, 'p')).not.toHaveProperty('fields');
    },
  );
});
