import { type Fault, isWorthAnotherTry, keepsConnection } from './fault.js';
import { withConnection } from './with-connection.js';

/** What the drivers' pools have in common. */
export interface Pool<C> {
  connect(): Promise<C>;
  /** Gives a connection back. */
  release(connection: C): unknown;
  /** Closes a connection, and lets the pool open another one in its place. */
  destroy(connection: C): void;
}

/**
 * Lends connections of the host's pool for our statements. One that works and is useless must not go back: after a
 * failover it would refuse every event until a restart.
 */
export class Connections<C extends object> {
  private readonly openedAt = new WeakMap<C, number>();
  private readonly destroyed = new WeakSet<C>();
  private staleUntil = -1;

  constructor(
    private readonly pool: Pool<C>,
    private readonly faultOf: (error: unknown) => Fault,
  ) {}

  /** To be told of each connection that the pool opens; one that it was not told of counts as old. */
  noteOpened(connection: C): void {
    this.openedAt.set(connection, performance.now());
  }

  /** Fails at `deadline`, a moment of `performance.now()`. `work` may run twice, so it must be all or nothing. */
  async use<T>(deadline: number, work: (connection: C) => Promise<T>): Promise<T> {
    try {
      return await this.useOnce(deadline, work);
    } catch (error) {
      if (!isWorthAnotherTry(this.faultOf(error))) throw error;
      return this.useOnce(deadline, work);
    }
  }

  private useOnce<T>(deadline: number, work: (connection: C) => Promise<T>): Promise<T> {
    const release = (connection: C) => this.destroyed.has(connection) || this.pool.release(connection);
    return withConnection(this.connect(), release, deadline, async (connection) => {
      try {
        return await work(connection);
      } catch (error) {
        const fault = this.faultOf(error);
        if (!keepsConnection(fault)) this.destroy(connection);
        if (fault === 'stale') this.staleUntil = performance.now();
        throw error;
      }
    });
  }

  private async connect(): Promise<C> {
    for (;;) {
      const connection = await this.pool.connect();
      if ((this.openedAt.get(connection) ?? 0) > this.staleUntil) return connection;
      this.destroy(connection);
    }
  }

  private destroy(connection: C): void {
    this.destroyed.add(connection);
    this.pool.destroy(connection);
  }
}
