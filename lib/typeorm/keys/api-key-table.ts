import { HttpException, ServiceUnavailableException } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import { ApiKeyEntity } from './api-key.entity.js';
import { codeOf } from '../engines/driver-error.js';
import { millisecondsUntil, withConnection } from '../engines/with-connection.js';

/** How long the database may take: less than a caller waits for its answer by default. */
const TIMEOUT_MS = 4_000;

/** What is used of the connections of mysql2 (`destroy`) and pg (`end`). */
interface Connection {
  destroy?(): void;
  end?(): Promise<void>;
}

/** Fails where the table of keys isn't there. */
export async function openApiKeyTable(dataSource: DataSource): Promise<void> {
  if (!dataSource.hasMetadata(ApiKeyEntity)) {
    throw new Error(
      'typeOrmApiKeys() needs ApiKeyEntity in the data source: set `autoLoadEntities: true`, or add it to the `entities`.',
    );
  }
  await dataSource.manager.find(ApiKeyEntity, { take: 1 }).catch((error) => {
    throw new Error(
      'There is no table for keys: add `eventLogMigrations` to the `migrations` of the data source and start the app once with `migrationsRun: true`.',
      { cause: new Error(codeOf(error)) },
    );
  });
}

/** Gives the connection up where the work takes longer than a caller waits: it would be black for others too. */
export async function withDeadline<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner('master');
  const deadline = performance.now() + TIMEOUT_MS;
  const connecting = runner.connect() as Promise<Connection>;
  try {
    return await withConnection(
      connecting,
      () => runner.release(),
      deadline,
      async (connection) => {
        const timer = setTimeout(() => giveUp(connection), millisecondsUntil(deadline));
        return work(runner.manager).finally(() => clearTimeout(timer));
      },
    );
  } catch (error) {
    throw unavailable(error);
  }
}

/** What a driver says of a failed statement can hold SQL and data, so only its code goes on. */
function unavailable(error: unknown): HttpException {
  if (error instanceof HttpException) return error;
  const cause = new Error(codeOf(error) || (error as Error).name);
  return new ServiceUnavailableException('The database of the keys is not available', { cause });
}

function giveUp(connection: Connection): void {
  if (connection.destroy) connection.destroy();
  else void connection.end?.().catch(() => undefined);
}
