import type { DataSource, QueryRunner } from 'typeorm';
import type { Pool } from '../connections.js';

export interface MysqlOptions {
  sql: string;
  values?: readonly unknown[];
}

type Run = (options: MysqlOptions, callback: (error: unknown, result: unknown) => void) => void;

/** What is used of a connection of mysql2, or of the older mysql, which prepares nothing. */
export interface Connection {
  query: Run;
  execute?: Run;
  destroy(): void;
}

interface ConnectionPool {
  on(event: 'connection', listener: (connection: Connection) => void): void;
}

/** The pool of a data source, or the master of a cluster, through the query runners of TypeORM, which know which it is. */
export class MysqlPool implements Pool<Connection> {
  private readonly listening = new WeakSet<ConnectionPool>();
  private readonly runners = new WeakMap<Connection, QueryRunner>();
  private readonly seen = new WeakSet<Connection>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly onOpened: (connection: Connection) => void,
  ) {}

  async connect(): Promise<Connection> {
    this.listen();
    const runner = this.dataSource.createQueryRunner('master');
    const connection = (await runner.connect()) as Connection;
    this.runners.set(connection, runner);
    // A cluster doesn't tell of its connections: there, each is as old as we know it.
    if (this.isCluster && !this.seen.has(connection)) this.onOpened(connection);
    this.seen.add(connection);
    return connection;
  }

  release(connection: Connection): Promise<void> | undefined {
    return this.runners.get(connection)?.release();
  }

  destroy(connection: Connection): void {
    connection.destroy();
    // What it releases is closed: it only lets go.
    void this.release(connection)?.catch(() => undefined);
  }

  private get isCluster(): boolean {
    return this.pool === undefined;
  }

  private get pool(): ConnectionPool | undefined {
    return (this.dataSource.driver as unknown as { pool?: ConnectionPool }).pool;
  }

  private listen(): void {
    const { pool } = this;
    if (pool === undefined || this.listening.has(pool)) return;
    this.listening.add(pool);
    pool.on('connection', this.onOpened);
  }
}
