import mysql2 from 'mysql2';
import pg from 'pg';

type Send = (this: unknown, statement: unknown, ...rest: unknown[]) => unknown;
type Connection = Partial<Record<'query' | 'execute', Send>>;

/** What a data source sends to its database, seen at the driver: the library sends most of it below TypeORM, which can't log it. */
export class CountedStatements {
  /** The beginning of each. */
  readonly all: string[] = [];

  /** To be added to those of a data source. */
  optionsFor(url: string): object {
    if (url.startsWith('sqlite:')) return { verbose: (text: string) => this.add(text) };
    return url.startsWith('postgres') ? { extra: { Client: this.pgClient() } } : { driver: this.mysqlDriver() };
  }

  private add(statement: unknown): void {
    const text = typeof statement === 'string' ? statement : String(Object(statement).text ?? Object(statement).sql);
    // SQLite sets on its connection, without a look at the file.
    if (!/^PRAGMA busy_timeout/i.test(text)) this.all.push(text.replace(/\s+/g, ' ').slice(0, 100));
  }

  private pgClient(): typeof pg.Client {
    const counted = this.counted.bind(this);
    return class extends pg.Client {
      override query = counted(pg.Client.prototype.query as Send) as pg.Client['query'];
    };
  }

  private mysqlDriver(): object {
    const createPool = (options: mysql2.PoolOptions) => {
      const pool = mysql2.createPool(options);
      (pool as unknown as NodeJS.EventEmitter).on('connection', (connection: Connection) => {
        for (const how of ['query', 'execute'] as const) connection[how] = this.counted(connection[how]!);
      });
      return pool;
    };
    return { ...mysql2, createPool };
  }

  private counted(send: Send): Send {
    const add = this.add.bind(this);
    return function (statement, ...rest) {
      add(statement);
      return send.call(this, statement, ...rest);
    };
  }
}
