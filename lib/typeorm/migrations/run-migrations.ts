import { setTimeout as delay } from 'node:timers/promises';
import { type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { codeOf } from '../engines/driver-error.js';
import { whileLocked } from './migration-lock.js';
import { MigrationRefusal } from './migration-refusal.js';
import { refuseMissingSchema } from './refuse-missing-schema.js';

/** How long a migration waits for a table, and what writes to it behind the migration: less than until a host answers with 503. */
const LOCK_SECONDS = 3;
const PAUSE_MS = 1_000;
const TRIES = 15;
const LOCKED = /^(?:55P03|40P01|ER_LOCK_WAIT_TIMEOUT)$/;
/** TypeORM, as a host starts, has made its table at the same moment. */
const MADE_MEANWHILE = /^(?:42P07|23505|ER_TABLE_EXISTS_ERROR)$/;

/**
 * Runs those of these migrations of a data source that are pending, while no other process runs any of ours, and resolves to their
 * names. TypeORM, run by itself, looks for what is pending before a migration has its lock. Changes settings of the connection, so
 * the data source should be destroyed after it.
 */
export async function runMigrations(runner: QueryRunner, names: ReadonlySet<string>): Promise<string[]> {
  switch (runner.connection.options.type) {
    case 'better-sqlite3':
      return inOneTransaction(runner, names);
    case 'postgres':
      await refuseMissingSchema(runner);
      // The time-out that hosts set for statements would undo each index of a large table.
      await runner.query('SET statement_timeout = 0');
      return oneByOne(runner, names, `SET lock_timeout = '${LOCK_SECONDS}s'`);
    default:
      return oneByOne(runner, names, `SET SESSION lock_wait_timeout = ${LOCK_SECONDS}`);
  }
}

// The lock of SQLite is that of a transaction that writes.
async function inOneTransaction(runner: QueryRunner, names: ReadonlySet<string>): Promise<string[]> {
  await runner.query('PRAGMA busy_timeout = 60000');
  await runner.query('BEGIN IMMEDIATE');
  try {
    const done = await runPending(runner, names, (run) => run());
    await runner.query('COMMIT');
    return done;
  } catch (error) {
    await runner.query('ROLLBACK');
    throw error;
  }
}

/**
 * Each statement is committed by itself, as MySQL does anyway, and each step looks whether it is done: so PostgreSQL can make indexes
 * while others write, and what is cut short goes on.
 */
function oneByOne(runner: QueryRunner, names: ReadonlySet<string>, setLockTimeout: string): Promise<string[]> {
  return whileLocked(runner, () =>
    runPending(runner, names, (run) =>
      patiently(async () => {
        await runner.query(setLockTimeout); // Not before: the lock may be waited for as long as others migrate.
        await run();
      }),
    ),
  );
}

async function runPending(
  runner: QueryRunner,
  names: ReadonlySet<string>,
  within: (run: () => Promise<unknown>) => Promise<unknown>,
): Promise<string[]> {
  const executor = new MigrationExecutor(runner.connection, runner);
  const pending = (await executor.getPendingMigrations()).filter(({ name }) => names.has(name));
  for (const migration of pending) await within(() => executor.executeMigration(migration)).catch(failed(migration));
  return pending.map(({ name }) => name);
}

/** Again where others were first: what has queued up behind a migration that waits for a table then has its turn. */
async function patiently(run: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      const code = codeOf(error);
      if (!(LOCKED.test(code) || MADE_MEANWHILE.test(code)) || tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
  }
}

// Without the message of the driver, which may quote what is stored.
function failed({ name }: Migration): (error: unknown) => never {
  return (error) => {
    if (error instanceof MigrationRefusal) throw error;
    const code = codeOf(error);
    const reason = LOCKED.test(code)
      ? 'other transactions hold the table for too long: end them, or try at a quieter time'
      : code;
    throw new Error(`The migration ${name} failed (${reason}).`, { cause: error });
  };
}
