import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { EventStorage } from '../../storage/event-storage.js';
import { EventEntity } from './event.entity.js';
import { TypeOrmEventRepository } from './typeorm-event.repository.js';

/** Where events are stored with TypeORM. */
export interface TypeOrmStorageOptions {
  /**
   * Name of the data source, as given to `TypeOrmModule.forRoot({ name })`.
   * @default the default data source
   */
  dataSource?: string;
}

/**
 * Stores events in a data source of the host: better-sqlite3, PostgreSQL, MySQL or MariaDB. It needs
 * `TypeOrmModule.forRoot({ autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, … })`.
 */
export function typeOrmStorage({ dataSource = 'default' }: TypeOrmStorageOptions = {}): EventStorage {
  // Called for what it notes: `autoLoadEntities`. Imported, it would fail in Nest's words where there is no data source.
  TypeOrmModule.forFeature([EventEntity], dataSource);
  return {
    repository: {
      useFactory: (source?: DataSource) => {
        if (source) return new TypeOrmEventRepository(source);
        throw new Error(
          `typeOrmStorage() found no data source '${dataSource}': import TypeOrmModule.forRoot({ … }) with that name, or name another one as typeOrmStorage({ dataSource }).`,
        );
      },
      inject: [{ token: getDataSourceToken(dataSource), optional: true }],
    },
  };
}
