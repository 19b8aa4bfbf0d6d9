import { DataSource, type QueryRunner } from 'typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { ask, type CitusDatabase } from './cluster.js';

/**
 * A row on the first worker, of a transaction of the coordinator that has ended there, while its part on the worker has not: what a
 * lost node leaves. Resolves to what commits it.
 */
export async function lateRow(
  database: CitusDatabase,
  { id, project, userKey = '', isPrepared = false }: { id: string; project: string; userKey?: string; isPrepared?: boolean },
): Promise<() => Promise<void>> {
  const [{ transaction }] = await ask<{ transaction: string }>(database.url, 'SELECT txid_current()::text AS transaction');
  const [{ shard }] = await ask<{ shard: string }>(
    database.url,
    `SELECT get_shard_id_for_distribution_column('event_log_events', '=${project}')::text AS shard`,
  );
  const { runner, close } = await connect(database);
  await runner.query('SET citus.enable_manual_changes_to_shards = on');
  await runner.query('BEGIN');
  await runner.query(
    `INSERT INTO event_log_events_${shard} (project_key, id, project_id, entity_type, type, created_at, received_at, feed_transaction, feed_number, user_key) ` +
      `VALUES ('=${project}', '${id}', '${project}', 'message', 't', now(), now(), ${transaction}, 0, '${userKey}')`,
  );
  const name = `'late-${id}'`;
  if (isPrepared) await runner.query(`PREPARE TRANSACTION ${name}`);
  return async () => {
    await runner.query(isPrepared ? `COMMIT PREPARED ${name}` : 'COMMIT');
    await close();
  };
}

/** A transaction on the first worker that has written in a table of others. Resolves to what ends it. */
export async function writerElsewhere(database: CitusDatabase): Promise<() => Promise<void>> {
  const { runner, close } = await connect(database);
  await runner.query('CREATE TABLE of_others (id int)');
  await runner.query('BEGIN');
  await runner.query('INSERT INTO of_others VALUES (1)');
  return async () => {
    await runner.query('ROLLBACK');
    await close();
  };
}

async function connect(database: CitusDatabase): Promise<{ runner: QueryRunner; close(): Promise<void> }> {
  const worker = await new DataSource(dataSourceOptions(database.workerUrls[0], { migrationsRun: false })).initialize();
  const runner = worker.createQueryRunner();
  const close = async () => {
    await runner.release();
    await worker.destroy();
  };
  return { runner, close };
}
