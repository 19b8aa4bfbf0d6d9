import { DataSource } from 'typeorm';
import { checkReadable } from '../../lib/typeorm/engines/mysql/readable-version.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { itUnless } from '../faults/it-unless.js';
import { canStartMariadbServer, dataSourceOptions, startMariadbServer } from '../utils/databases.js';

describe('Events are read from', () => {
  it.each(['10.6.18-MariaDB', '11.4.2-MariaDB-log', '5.5.5-10.11.6-MariaDB-0+deb12u1', '10.5.8-mariadb'])(
    'MariaDB: %s',
    (version) => {
      expect(() => checkReadable(version)).not.toThrow();
    },
  );

  it.each(['8.0.36', '8.4.0-commercial', '8.0.36-28 Percona', '5.7.44-log', '8.0.11-TiDB-v7.5.0', ''])(
    'no other server that speaks its protocol: %p',
    (version) => {
      expect(() => checkReadable(version)).toThrow(
        /^Expected the database that events are read from to be MariaDB, PostgreSQL or SQLite, got MySQL: .*EventLogQueryModule.*`typeOrmStorage\(\{ dataSource \}\)`\.$/,
      );
    },
  );

  // What is asked first, so that nothing else of the server matters.
  itUnless(canStartMariadbServer ? undefined : 'no mariadbd')(
    'no server that calls itself MySQL: the reader refuses it',
    async () => {
      const server = await startMariadbServer({ version: '8.0.36' });
      const dataSource = await new DataSource(dataSourceOptions(server.url, { migrationsRun: false })).initialize();
      try {
        await expect(new TypeOrmEventReader(dataSource).onModuleInit()).rejects.toThrow(
          /^Expected the database that .*, got MySQL: /,
        );
      } finally {
        await dataSource.destroy();
        await server.stop();
      }
    },
  );
});
