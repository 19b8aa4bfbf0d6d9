import { setTimeout as delay } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

const LOCK_SECONDS = 60;
const ASK_MS = 100;
/** Any number, but always the same: "evlg". */
const POSTGRES_LOCK = 0x65766c67;
/** Locks are the server's, so the name holds that of the database. */
const MYSQL_LOCK = "CONCAT('event_log:', MD5(DATABASE()))";

/**
 * Runs a migration while no other process runs one of ours: several instances boot at once. Who comes second finds the work
 * done, so each step has to look whether it is.
 */
export async function whileLocked<T>(runner: QueryRunner, migrate: () => Promise<T>): Promise<T> {
  const unlock = await lock(runner);
  try {
    return await migrate();
  } finally {
    await unlock?.();
  }
}

async function lock(runner: QueryRunner): Promise<(() => Promise<unknown>) | undefined> {
  switch (runner.connection.options.type) {
    case 'postgres':
      // Held until the commit, as others see the tables only then.
      if (runner.isTransactionActive) return void (await lockPostgres(runner, 'pg_try_advisory_xact_lock'));
      await lockPostgres(runner, 'pg_try_advisory_lock');
      return () => runner.query(`SELECT pg_advisory_unlock(${POSTGRES_LOCK})`);
    case 'mysql':
    case 'mariadb':
      return lockMysql(runner);
    default:
      // SQLite lets one process write at a time, and the others wait.
      return undefined;
  }
}

/** Asks again and again: an index that is made beside writers waits for every statement that runs, so for one that waits for the lock. */
async function lockPostgres(runner: QueryRunner, tryLock: string): Promise<void> {
  for (;;) {
    const [{ locked }] = (await runner.query(`SELECT ${tryLock}(${POSTGRES_LOCK}) AS locked`)) as { locked: boolean }[];
    if (locked) return;
    await delay(ASK_MS);
  }
}

async function lockMysql(runner: QueryRunner): Promise<() => Promise<unknown>> {
  const [{ locked }] = await runner.query(`SELECT GET_LOCK(${MYSQL_LOCK}, ${LOCK_SECONDS}) AS locked`);
  if (Number(locked) !== 1)
    throw new Error(`Another process has been migrating for ${LOCK_SECONDS} s: start again when it is done.`);
  return () => runner.query(`SELECT RELEASE_LOCK(${MYSQL_LOCK})`);
}
