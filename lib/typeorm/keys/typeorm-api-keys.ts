import type { ApiKeyStorage } from '../../auth/api-key-storage.js';
import { typeName } from '../../options/checks/type-name.js';
import { registerEntity, withDataSource } from '../with-data-source.js';
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
  registerEntity(ApiKeyEntity, dataSource);
  return {
    store: withDataSource('typeOrmApiKeys', dataSource, (source) => new TypeOrmApiKeyStore(source, cacheTtl)),
    providers: [
      { provide: ApiKeyService, ...withDataSource('typeOrmApiKeys', dataSource, (source) => new ApiKeyService(source)) },
    ],
  };
}
