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
    await outlastAll(await this.onServer(deadline), () => this.onServer(deadline), deadline);
    if (!(await this.isDistributed(deadline))) return;
    // Only now: what ends here, as its node or its connection is lost, may go on to its end there.
    await this.outlastOnNodes(await this.onNodes(deadline), deadline);
  }

  /** Resolves once these of `onNodes()` have ended. */
  outlastOnNodes(writers: ReadonlySet<string>, deadline: number): Promise<void> {
    return outlastAll(writers, () => this.onNodes(deadline), deadline);
  }

  /**
   * Who writes in the shards of a table that Citus distributes, on any node. What has been prepared there counts until it is committed,
   * by another name than before.
   */
  async onNodes(deadline: number): Promise<ReadonlySet<string>> {
    const shards = `SELECT to_regclass(shard_name(logicalrelid, shardid)) FROM pg_dist_shard WHERE logicalrelid = ${this.table}`;
    const sql = `SELECT coalesce(string_agg(DISTINCT virtualtransaction, ' '), '') FROM ${writersOf(`relation IN (${shards})`)}`;
    const results = await onAllNodes(this.database, sql, deadline);
    const writersOn = ([node, writers]: [string, string]) => writers.split(' ').map((writer) => `${node} ${writer}`);
    return new Set([...results].filter(([, writers]) => writers !== '').flatMap(writersOn));
  }

  private async onServer(deadline: number): Promise<ReadonlySet<string>> {
    const sql = `SELECT DISTINCT virtualtransaction AS writer FROM ${writersOf(`relation = ${this.table}`)}`;
    const { rows } = await this.database.run<{ writer: string }>({ sql }, deadline);
    return new Set(rows.map(({ writer }) => writer));
  }
}

function writersOf(isTable: string): string {
  return (
    `pg_locks WHERE locktype = 'relation' AND ${isTable} AND mode = 'RowExclusiveLock' ` +
    'AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted'
  );
}

async function outlastAll(
  writers: ReadonlySet<string>,
  ask: () => Promise<ReadonlySet<string>>,
  deadline: number,
): Promise<void> {
  for (let now = writers; isAmong(writers, now); now = await ask()) {
    if (performance.now() > deadline) throw Object.assign(new Error('A writer has not ended'), { code: 'ETIMEDOUT' });
    await delay(RETRY_MS);
  }
}

/** Whether any of some writers still writes. */
export function isAmong(writers: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  return [...writers].some((writer) => now.has(writer));
}
