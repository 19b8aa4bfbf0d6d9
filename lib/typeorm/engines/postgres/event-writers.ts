import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { qualifiedName } from '../table-name.js';
import type { PostgresDatabase } from './database.js';
import { distributedByProject } from './distribution.js';
import { literal } from './literal.js';
import { onAllNodes } from './on-all-nodes.js';

const RETRY_MS = 5;

/** Who writes in the table of events: a transaction has the lock of a writer on it from its statement until its end. */
export class EventWriters {
  private readonly table: string;
  private readonly isDistributed: (deadline: number) => Promise<boolean>;

  constructor(
    dataSource: DataSource,
    private readonly database: PostgresDatabase,
  ) {
    this.table = `${literal(qualifiedName(dataSource))}::regclass`;
    this.isDistributed = distributedByProject(dataSource, database);
  }

  /** Resolves once all who write now have ended. */
  async outlast(deadline: number): Promise<void> {
    const local = `SELECT DISTINCT virtualtransaction AS writer FROM ${writersOf(`relation = ${this.table}`)}`;
    await outlastAll(async () => {
      const { rows } = await this.database.run<{ writer: string }>({ sql: local }, deadline);
      return rows.map(({ writer }) => writer);
    }, deadline);
    if (!(await this.isDistributed(deadline))) return;
    // Only now: what ends here, as its node or its connection is lost, may go on to its end there.
    const shards = `SELECT to_regclass(shard_name(logicalrelid, shardid)) FROM pg_dist_shard WHERE logicalrelid = ${this.table}`;
    const remote = `SELECT coalesce(string_agg(DISTINCT virtualtransaction, ' '), '') FROM ${writersOf(`relation IN (${shards})`)}`;
    await outlastAll(async () => {
      const results = await onAllNodes(this.database, remote, deadline);
      const writersOn = ([node, writers]: [string, string]) => writers.split(' ').map((writer) => `${node} ${writer}`);
      return [...results].filter(([, writers]) => writers !== '').flatMap(writersOn);
    }, deadline);
  }
}

function writersOf(isTable: string): string {
  return (
    `pg_locks WHERE locktype = 'relation' AND ${isTable} AND mode = 'RowExclusiveLock' ` +
    'AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted'
  );
}

async function outlastAll(ask: () => Promise<string[]>, deadline: number): Promise<void> {
  const before = new Set(await ask());
  for (let now = [...before]; now.some((writer) => before.has(writer)); now = await ask()) {
    if (performance.now() > deadline) throw Object.assign(new Error('A writer has not ended'), { code: 'ETIMEDOUT' });
    await delay(RETRY_MS);
  }
}
