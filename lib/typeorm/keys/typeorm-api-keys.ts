import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { ApiKeyStorage } from '../../auth/api-key-storage.js';
import { typeName } from '../../options/checks/type-name.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeyService } from './api-key.service.js';
import { TypeOrmApiKeyStore } from './typeorm-api-key.store.js';

/** Where keys are kept with TypeORM. */
export interface TypeOrmApiKeysOptions {
  /**
   * Name of the data source, as given to `TypeOrmModule.forRoot({ name })`.
   * @default the default data source
   */
  dataSource?: string;
  /**
   * Milliseconds for which a look-up is kept, found or not: so long it can take until a revoked key is refused.
   * @default 60000
   */
  cacheTtl?: number;
}

/**
 * Keeps keys in a data source of the host and provides `ApiKeyService`, which makes them. It needs
 * `TypeOrmModule.forRoot({ autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, … })`.
 */
export function typeOrmApiKeys({ dataSource = 'default', cacheTtl = 60_000 }: TypeOrmApiKeysOptions = {}): ApiKeyStorage {
  if (!Number.isSafeInteger(cacheTtl) || cacheTtl < 0) {
    const given = typeof cacheTtl === 'number' ? cacheTtl : typeName(cacheTtl);
    throw new TypeError(`Expected \`cacheTtl\` to be an integer of milliseconds from 0 and up, got ${given}.`);
  }
  // Called for what it notes: `autoLoadEntities`. Imported, it would fail in Nest's words where there is no data source.
  TypeOrmModule.forFeature([ApiKeyEntity], dataSource);
  const withDataSource = <T>(build: (source: DataSource) => T) => ({
    useFactory: (source?: DataSource) => {
      if (source) return build(source);
      throw new Error(
        `typeOrmApiKeys() found no data source '${dataSource}': import TypeOrmModule.forRoot({ … }) with that name, or name another one as typeOrmApiKeys({ dataSource }).`,
      );
    },
    inject: [{ token: getDataSourceToken(dataSource), optional: true }],
  });
  return {
    store: withDataSource((source) => new TypeOrmApiKeyStore(source, cacheTtl)),
    providers: [{ provide: ApiKeyService, ...withDataSource((source) => new ApiKeyService(source)) }],
  };
}
