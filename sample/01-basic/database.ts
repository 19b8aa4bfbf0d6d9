import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { eventLogMigrations } from 'nestjs-event-log/typeorm';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const shared = { autoLoadEntities: true, migrations: eventLogMigrations, migrationsRun: true, retryAttempts: 3, retryDelay: 500 };

/** The data source of a URL: `sqlite:<file>`, `postgres://…` or `mysql://…`. */
export function databaseOf(url: string): TypeOrmModuleOptions {
  const [scheme, rest] = splitAtColon(url);
  switch (scheme) {
    case 'sqlite':
      mkdirSync(dirname(rest), { recursive: true });
      return { ...shared, type: 'better-sqlite3', database: rest };
    case 'postgres':
    case 'postgresql':
      // A server that hangs must not keep the pool, nor a statement that was given up the server.
      return { ...shared, type: 'postgres', url, connectTimeoutMS: 5_000, extra: { statement_timeout: 10_000 } };
    case 'mysql':
    case 'mariadb':
      return { ...shared, type: 'mysql', url: `mysql:${rest}`, timezone: 'Z' };
    default:
      throw new Error(`Expected DATABASE_URL to start with sqlite:, postgres:// or mysql://, got '${scheme}:'.`);
  }
}

/** Where the data lies, without the password. */
export function locationOf(url: string): string {
  const [scheme, rest] = splitAtColon(url);
  return scheme === 'sqlite' ? resolve(rest) : url.replace(/\/\/[^@/]*@/, '//');
}

function splitAtColon(url: string): [scheme: string, rest: string] {
  const colon = url.indexOf(':');
  return [url.slice(0, colon), url.slice(colon + 1)];
}
