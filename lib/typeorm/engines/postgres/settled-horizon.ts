import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresDatabase } from './database.js';
import { type EventWriters, isAmong } from './event-writers.js';

const RETRY_MS = 5;
/** How long is waited for who writes on the nodes; then what was settled before is all that there is. */
const PATIENCE_MS = 500;

/** A horizon of the coordinator, and who wrote on the nodes after it was read. */
interface Mark {
  readonly horizon: string;
  readonly writers: ReadonlySet<string>;
}

/**
 * The horizon of a table that Citus distributes. Its rows are numbered by the transaction of the coordinator, but each node commits
 * its own: a row may come after the coordinator has ended its transaction, or has lost the node in the middle of it. So a horizon
 * of the coordinator counts once all who wrote in the table on the nodes after it was read, prepared transactions included, have
 * ended there. Snapshots of the nodes don't tell: the youngest transactions that run are in none.
 */
export class SettledHorizon {
  private settled = '0';
  private waiting?: Mark;

  /** `horizon` is SQL of that of the coordinator. */
  constructor(
    private readonly database: PostgresDatabase,
    private readonly writers: EventWriters,
    private readonly horizon: string,
  ) {}

  /** The first transaction that may still have rows to come, as a number; an earlier one where somebody writes for long. */
  async read(deadline: number): Promise<string> {
    const end = Math.min(deadline, performance.now() + PATIENCE_MS);
    // What was marked by those who read at the same time may be later than the writers that are seen here.
    const earlier = this.waiting;
    const now = await this.mark(deadline);
    const mark = earlier ?? now;
    this.waiting ??= mark;
    let writing = now.writers;
    while (isAmong(mark.writers, writing)) {
      if (performance.now() > end) return this.settled;
      await delay(RETRY_MS);
      writing = await this.writers.onNodes(deadline);
    }
    // Who began later may have ended as well, as they have where little is written.
    const last = isAmong(now.writers, writing) ? mark : now;
    if (this.waiting === mark) this.waiting = last === now ? undefined : now;
    return (this.settled = last.horizon);
  }

  /** The same as of now. Fails where somebody writes until the deadline. */
  async now(deadline: number): Promise<string> {
    const { horizon, writers } = await this.mark(deadline);
    await this.writers.outlastOnNodes(writers, deadline);
    return horizon;
  }

  /**
   * In two statements, as the second must see all who write when the first has its answer. By then, what the coordinator has ended is
   * prepared on the nodes, if it is to be committed there: it keeps the name that it is seen by.
   */
  private async mark(deadline: number): Promise<Mark> {
    const { rows } = await this.database.run<{ horizon: string }>({ sql: `SELECT ${this.horizon}::text AS horizon` }, deadline);
    return { horizon: rows[0].horizon, writers: await this.writers.onNodes(deadline) };
  }
}
