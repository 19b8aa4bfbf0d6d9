import { resolve } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { dataSourceOptionsOf } from './data-source-file.js';
import { EXIT, Failure } from './failure.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** The variables of a process, or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was given of the database: where it is, and how the host's data source names its tables. */
export interface GivenDatabase {
  database?: string;
  'data-source'?: string;
  schema?: string;
  'entity-prefix'?: string;
}

/** The options of TypeORM for what was given. Never quotes the URL, as it holds a password. */
export async function databaseOptions(given: GivenDatabase, env: Environment): Promise<DataSourceOptions> {
  const { schema, 'entity-prefix': entityPrefix, 'data-source': file } = given;
  if (file !== undefined) return fileOptions(file, given);
  const options = { ...optionsOf(urlOf(given.database, env)), ...(entityPrefix && { entityPrefix }) };
  if (schema === undefined) return options;
  if (options.type === 'postgres') return { ...options, schema };
  throw new Failure(EXIT.usage, 'Expected --schema with PostgreSQL alone: elsewhere the database is in --database.');
}

async function fileOptions(file: string, given: GivenDatabase): Promise<DataSourceOptions> {
  const other = (['database', 'schema', 'entity-prefix'] as const).find((option) => given[option] !== undefined);
  if (other === undefined) return durably(await dataSourceOptionsOf(file));
  throw new Failure(EXIT.usage, `Expected --data-source without --${other}: the data source says it itself.`);
}

function urlOf(given: string | undefined, env: Environment): string {
  if (given !== undefined && !given.startsWith('env:')) return given;
  const url = env[given?.slice('env:'.length) ?? 'DATABASE_URL'];
  if (url) return url;
  const wrong =
    given === undefined
      ? 'Set DATABASE_URL, or give --database or --data-source'
      : 'The variable that --database env:<name> names is not set';
  throw new Failure(EXIT.usage, `${wrong}: see --help.`);
}

function optionsOf(url: string): DataSourceOptions {
  const [, scheme, rest] = /^([a-z]+):(.+)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') return durably({ type: 'better-sqlite3', database: resolve(rest) });
  if (URL.canParse(url) && isDecodable(url)) {
    if (/^postgres(?:ql)?$/.test(scheme)) return { type: 'postgres', url, connectTimeoutMS: CONNECT_TIMEOUT_MS };
    if (/^(?:mysql|mariadb)$/.test(scheme)) {
      return { type: 'mysql', url: `mysql:${rest}`, connectTimeout: CONNECT_TIMEOUT_MS };
    }
  }
  throw new Failure(
    EXIT.usage,
    'Expected the database to be sqlite:<file>, postgres://… or mysql://…, with special characters of the password percent-encoded.',
  );
}

/** Whether what stands in it percent-encoded is text, as the driver decodes it. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}

/** As the library has it: else a power cut could bring a revoked key back. */
function durably(options: DataSourceOptions): DataSourceOptions {
  if (options.type !== 'better-sqlite3') return options;
  return {
    ...options,
    prepareDatabase: async (connection) => {
      await options.prepareDatabase?.(connection);
      connection.pragma('synchronous = FULL');
    },
  };
}
