import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { eventLogMigrations } from 'nestjs-event-log/typeorm';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const shared = {
  autoLoadEntities: true,
  migrations: eventLogMigrations,
  migrationsRun: true,
  retryAttempts: 3,
  retryDelay: 500,
  // Another process may have made a table at the same moment; all else would fail again.
  toRetry: ({ name }: Error) => name === 'QueryFailedError',
};

/** The data source of a URL: `sqlite:<file>`, `postgres://…` or `mysql://…`. */
export function databaseOf(url: string): TypeOrmModuleOptions {
  const [scheme, rest] = splitAtColon(url);
  switch (rest === '' ? undefined : scheme) {
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
      // Not quoted: what is no URL may still hold a password.
      throw new Error('Expected DATABASE_URL to be sqlite:<file>, postgres://… or mysql://…');
  }
}

/** Where the data lies, without user, password and options, in characters that a terminal only shows. */
export function locationOf(url: string): string {
  const [scheme, rest] = splitAtColon(url);
  const location = scheme === 'sqlite' ? resolve(rest) : url.replace(/\/\/.*@/s, '//').replace(/\?.*$/s, '');
  return location.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '?');
}

/** How the command line is told the same database: a URL that may hold a password only by its variable. */
export function databaseOption(url: string): string {
  return url.startsWith('sqlite:') && /^[\w:./-]+$/.test(url) ? ` --database ${url}` : ' --database env:DATABASE_URL';
}

function splitAtColon(url: string): [scheme: string, rest: string] {
  const colon = url.indexOf(':');
  return [url.slice(0, colon), url.slice(colon + 1)];
}
