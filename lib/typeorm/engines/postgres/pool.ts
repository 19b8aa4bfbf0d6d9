import type { DataSource } from 'typeorm';
import type { Pool } from '../connections.js';

/** What is used of a client of pg. */
export interface Client {
  query(query: object): Promise<{ rows: unknown[]; rowCount: number | null }>;
  on(event: 'error', listener: () => void): void;
  release(destroy?: boolean): void;
}

interface PgPool {
  connect(): Promise<Client>;
  on(event: 'acquire' | 'connect', listener: (client: Client) => void): void;
}

/** The pool of a data source; one that was destroyed and initialised again has another. */
export class PostgresPool implements Pool<Client> {
  private readonly listening = new WeakSet<PgPool>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly onOpened: (client: Client) => void,
  ) {}

  async connect(): Promise<Client> {
    const { master: pool } = this.dataSource.driver as unknown as { master?: PgPool };
    if (pool === undefined) throw new Error('The driver is not connected');
    surviveLostConnections(pool);
    if (!this.listening.has(pool)) pool.on('connect', this.onOpened);
    this.listening.add(pool);
    return pool.connect();
  }

  release(client: Client): void {
    client.release();
  }

  destroy(client: Client): void {
    client.release(true);
  }
}

const surviving = new WeakSet<PgPool | Client>();

// Between the pool's error listener and that of a user there is a gap, in which a lost connection would end the process.
function surviveLostConnections(pool: PgPool): void {
  if (surviving.has(pool)) return;
  surviving.add(pool);
  pool.on('acquire', (client) => {
    if (!surviving.has(client)) client.on('error', () => undefined);
    surviving.add(client);
  });
}
