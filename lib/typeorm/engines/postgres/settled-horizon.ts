import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresDatabase } from './database.js';
import { onAllNodes } from './on-all-nodes.js';

const RETRY_MS = 5;
/** How long is waited for what runs on the nodes; then what was settled before is all that there is. */
const PATIENCE_MS = 500;

/** What runs on each node: the first transaction that does, and the first that was not there yet. */
type Running = ReadonlyMap<string, { readonly first: bigint; readonly next: bigint }>;

/**
 * The horizon of a table that Citus distributes. Its rows are numbered by the transaction of the coordinator, but each node commits
 * its own: a row may come after the coordinator has ended its transaction, or has lost the node in the middle of it. So a horizon
 * of the coordinator counts once all that ran on the nodes after it was read, prepared transactions included, has ended there.
 */
export class SettledHorizon {
  private settled = '0';
  private waiting?: { readonly horizon: string; readonly running: Running };

  /** `horizon` is SQL of that of the coordinator. */
  constructor(
    private readonly database: PostgresDatabase,
    private readonly horizon: string,
  ) {}

  /** The first transaction that may still have rows to come, as a number. */
  async read(deadline: number): Promise<string> {
    const end = Math.min(deadline, performance.now() + PATIENCE_MS);
    const now = await this.begin(deadline);
    this.waiting ??= now;
    let { running } = now;
    while (!hasEnded(this.waiting.running, running)) {
      if (performance.now() > end) return this.settled;
      await delay(RETRY_MS);
      running = await this.running(deadline);
    }
    // What began later may have ended as well, as it has where little is written.
    const last = hasEnded(now.running, running) ? now : this.waiting;
    this.waiting = last === now ? undefined : now;
    return (this.settled = last.horizon);
  }

  /** In two statements, as the second must see all that runs when the first has its answer. */
  private async begin(deadline: number) {
    const { rows } = await this.database.run<{ horizon: string }>({ sql: `SELECT ${this.horizon}::text AS horizon` }, deadline);
    return { horizon: rows[0].horizon, running: await this.running(deadline) };
  }

  private async running(deadline: number): Promise<Running> {
    const nodes = await onAllNodes(this.database, 'SELECT txid_current_snapshot()', deadline);
    return new Map(
      [...nodes].map(([node, snapshot]) => {
        const [first, next] = snapshot.split(':').slice(0, 2).map(BigInt);
        return [node, { first, next }];
      }),
    );
  }
}

/** Whether all that ran `before` has ended `now`; on a node that was taken away, nothing runs. */
function hasEnded(before: Running, now: Running): boolean {
  return [...before].every(([node, { next }]) => (now.get(node)?.first ?? next) >= next);
}
