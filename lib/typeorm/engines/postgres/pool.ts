import type { DataSource } from 'typeorm';
import type { Pool } from '../connections.js';

/** What is used of a client of pg. */
export interface Client {
  query(query: object): Promise<{ rows: unknown[]; rowCount: number | null }>;
  on(event: 'error', listener: () => void): void;
  /** What pg reads from; the native driver has none. */
  readonly connection?: { on(event: 'readyForQuery', listener: (message: { status: string }) => void): void };
  /** The process of the server, by the server's greeting, which poolers make up. */
  readonly processID?: number | null;
  /** Whether queries are sent before the one before them is answered. */
  readonly pipeline?: boolean;
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
    prepare(pool);
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

const IDLE = 'I';

const prepared = new WeakSet<PgPool | Client>();
const statuses = new WeakMap<Client, string>();

/** Whether the server has said with its last answer that a transaction is open. */
export function isInTransaction(client: Client): boolean {
  return (statuses.get(client) ?? IDLE) !== IDLE;
}

function prepare(pool: PgPool): void {
  if (prepared.has(pool)) return;
  prepared.add(pool);
  pool.on('acquire', (client) => {
    if (prepared.has(client)) return;
    prepared.add(client);
    // Between the pool's error listener and that of a user there is a gap, in which a lost connection would end the process.
    client.on('error', () => undefined);
    client.connection?.on('readyForQuery', ({ status }) => statuses.set(client, status));
  });
}
