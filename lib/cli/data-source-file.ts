import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { EXIT, Failure } from './failure.js';

/** Nothing but the connection: what would change tables as it opens, or connect to something else, is left out. */
const QUIET = { migrationsRun: false, synchronize: false, dropSchema: false, cache: false, subscribers: [] };
const ENGINES = ['better-sqlite3', 'postgres', 'mysql', 'mariadb'];

/** Options of the one data source that a module exports, itself or as a promise. */
export async function dataSourceOptionsOf(file: string): Promise<DataSourceOptions> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Failure(EXIT.usage, `The file of --data-source does not exist: ${path}`);
  const found = await dataSourcesOf(path).catch((error: unknown) => unloadable(path, error));
  // A module that has opened it would keep the process alive.
  for (const dataSource of found) if (dataSource.isInitialized) await dataSource.destroy();
  if (found.length !== 1) {
    const count = found.length === 0 ? 'none' : `${found.length} of them`;
    throw new Failure(
      EXIT.usage,
      `Expected the file of --data-source to export one DataSource of TypeORM, got ${count}: ${path}`,
    );
  }
  const [{ options }] = found;
  if (ENGINES.includes(options.type)) return { ...options, ...QUIET };
  throw new Failure(EXIT.usage, `Expected the data source to be of ${ENGINES.join(', ')}, got ${options.type}.`);
}

async function dataSourcesOf(path: string): Promise<DataSource[]> {
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  // The exports of CommonJS are the default one; Node names only those that it recognises.
  const ofCommonJs = isObject(module.default) && !isDataSource(module.default) ? Object.values(module.default) : [];
  const values = await Promise.all([...Object.values(module), ...ofCommonJs]);
  return [...new Set(values.filter(isDataSource))];
}

// As TypeORM tells it: the file may have another copy of the package.
function isDataSource(value: unknown): value is DataSource {
  return isObject(value) && (value as { '@instanceof'?: unknown })['@instanceof'] === Symbol.for('DataSource');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

// Without the message of an error that the file throws, as that may quote a password.
function unloadable(path: string, error: unknown): never {
  const { name, code, message = '' } = (error ?? {}) as Partial<Error & { code: string }>;
  const [, missing] = /^Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    const fix = 'give the compiled file, or name a loader in NODE_OPTIONS, such as --import tsx';
    throw new Failure(EXIT.usage, `Node can't load the file of --data-source as it is: ${fix}: ${path}`);
  }
  const fault = missing === undefined ? (code ?? name ?? typeof error) : `it imports ${missing}, which is not there`;
  throw new Failure(EXIT.usage, `The file of --data-source can't be loaded (${fault}); node ${path} shows why.`);
}
