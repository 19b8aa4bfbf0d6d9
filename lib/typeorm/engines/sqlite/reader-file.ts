import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Connection } from './connection.js';

/** What a thread needs to open the database of a host: data alone. */
export interface ReaderFile {
  /** The file of the host's own better-sqlite3. */
  module: string;
  database: string;
  nativeBinding?: string;
  key?: string;
}

interface Options {
  key?: string;
  nativeBinding?: unknown;
  prepareDatabase?: unknown;
}

/** Undefined for what only the host's connection can read: memory, or a database that code of the host has to prepare. */
export function readerFileOf(dataSource: DataSource, connection: Connection): ReaderFile | undefined {
  const { key, nativeBinding, prepareDatabase } = dataSource.options as Options;
  const module = fileOf((dataSource.driver as unknown as { sqlite?: unknown }).sqlite);
  if (connection.memory || prepareDatabase || module === undefined) return undefined;
  if (nativeBinding != null && typeof nativeBinding !== 'string') return undefined;
  return { module, database: databaseFileOf(connection), nativeBinding: nativeBinding ?? undefined, key };
}

/**
 * The file of a loaded module. It has to be the one that the host has loaded: with a second copy of SQLite in the process, each
 * would drop the other's locks on the file. TypeORM loads it with require(), which keeps what it has loaded.
 */
function fileOf(loaded: unknown): string | undefined {
  const { cache } = createRequire(join(process.cwd(), 'any.js'));
  return Object.keys(cache).find((file) => cache[file]?.exports === loaded);
}

// As SQLite has it: the one in the options is relative to a folder that the process may have left.
function databaseFileOf(connection: Connection): string {
  const databases = connection.pragma('database_list') as { name: string; file: string }[];
  return databases.find(({ name }) => name === 'main')!.file;
}
