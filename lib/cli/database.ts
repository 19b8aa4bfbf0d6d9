import { existsSync } from 'node:fs';
import type { DataSource, DataSourceOptions } from 'typeorm';
import type { ApiKeyService } from '../typeorm/keys/api-key.service.js';
import { EXIT, Failure } from './failure.js';

const CONNECT_TIMEOUT_MS = 5_000;
const REFUSED = /^(?:28P01|28000|ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR)$/;
const NO_DATABASE = /^(?:3D000|ER_BAD_DB_ERROR)$/;

/** The options of TypeORM for `sqlite:<file>`, `postgres://…` or `mysql://…`. Never quotes the URL, as it holds a password. */
export function databaseOf(url: string): DataSourceOptions {
  const [, scheme, rest] = /^([a-z]+):(.+)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') {
    if (!existsSync(rest)) throw new Failure(EXIT.unavailable, 'The file of the database does not exist.');
    // As the library has it: else a power cut could bring a revoked key back.
    return { type: 'better-sqlite3', database: rest, prepareDatabase: (database) => database.pragma('synchronous = FULL') };
  }
  if (URL.canParse(url)) {
    if (/^postgres(?:ql)?$/.test(scheme)) return { type: 'postgres', url, connectTimeoutMS: CONNECT_TIMEOUT_MS };
    if (/^(?:mysql|mariadb)$/.test(scheme)) {
      return { type: 'mysql', url: `mysql:${rest}`, connectTimeout: CONNECT_TIMEOUT_MS };
    }
  }
  throw new Failure(
    EXIT.usage,
    'Expected --database to be sqlite:<file>, postgres://… or mysql://…, with special characters of the password percent-encoded.',
  );
}

/** Does something with the keys of a database, through the TypeORM and the driver of the host. */
export async function withKeys<T>(options: DataSourceOptions, work: (keys: ApiKeyService) => Promise<T>): Promise<T> {
  const { DataSource } = await import('typeorm').catch(() => {
    throw new Failure(EXIT.unavailable, 'The package typeorm is missing: run this where your application is installed.');
  });
  const { ApiKeyEntity } = await import('../typeorm/keys/api-key.entity.js');
  const { ApiKeyService } = await import('../typeorm/keys/api-key.service.js');
  const { openApiKeyTable } = await import('../typeorm/keys/api-key-table.js');
  const dataSource = await connect(() => new DataSource({ ...options, entities: [ApiKeyEntity], logging: false }));
  try {
    await openApiKeyTable(dataSource).catch(({ message }: Error) => {
      throw new Failure(EXIT.unavailable, message);
    });
    return await work(new ApiKeyService(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

async function connect(create: () => DataSource): Promise<DataSource> {
  try {
    return await create().initialize();
  } catch (error) {
    throw new Failure(EXIT.unavailable, faultOf(error as Error & { code?: string }));
  }
}

// By the code alone: with an unencoded `@` in it, a part of the password would be taken for the host, and be quoted.
function faultOf({ name, message, code = name }: Error & { code?: string }): string {
  if (name === 'DriverPackageNotInstalledError') return message;
  if (REFUSED.test(code)) return `The database refuses the user or the password (${code}).`;
  if (NO_DATABASE.test(code)) return `The server has no database of this name (${code}).`;
  return `The database can't be reached (${code}).`;
}
