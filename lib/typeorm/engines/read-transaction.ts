import { setTimeout as delay } from 'node:timers/promises';
import type { Run } from './read-database.js';
import type { ReadLimit } from './read-limit.js';

/** How much later than ours the limit of the server is, which is for a host that was killed or hangs. */
export const SERVER_MARGIN_MS = 50;

/** How long a statement may take to stop before its connection is closed. */
const STOP_MS = 500;

const KILL_AGAIN_MS = 50;

/** Until when a connection is needed: the driver must not give it up before we have tried to stop the statement. */
export const lastMomentOf = (limit: ReadLimit) => limit.deadline + 2 * STOP_MS;

/** The connection can't be given back, as its transaction did not end. The code is that of a lost connection. */
class EndlessTransaction extends Error {
  readonly code = 'ECONNABORTED';
}

/** A transaction that only reads, on a connection to a server. It begins with its first statement. */
export interface ReadTransaction {
  readonly run: Run;
  /** Gets another connection, and lets `work` have what stops the statement that runs on this one. */
  elsewhere(work: (kill: () => Promise<unknown>) => Promise<unknown>): Promise<unknown>;
  /** Ends it, if its last statement has not. */
  end(): Promise<unknown>;
}

/** Does `work` in a transaction and ends it. A limit that is reached stops the statement that runs. */
export async function readIn<T>(transaction: ReadTransaction, limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
  limit.begin();
  const stop = new Stop(transaction);
  limit.signal.addEventListener('abort', stop.begin, { once: true });
  try {
    return await Promise.race([runAll(transaction, limit, stop, work), stop.failed]);
  } finally {
    limit.signal.removeEventListener('abort', stop.begin);
  }
}

async function runAll<T>(transaction: ReadTransaction, limit: ReadLimit, stop: Stop, work: (run: Run) => Promise<T>): Promise<T> {
  try {
    return await work(async (statement, isLast) => {
      limit.check();
      return transaction.run(statement, isLast);
    });
  } finally {
    await stop.end();
    await transaction.end().catch((cause) => {
      throw new EndlessTransaction('The transaction did not end', { cause });
    });
  }
}

/** Stops the statement of a transaction. */
class Stop {
  /** Rejects when the statement doesn't stop. */
  readonly failed: Promise<never>;
  private fail!: (error: Error) => void;
  /** False also when the connection was closed: the server goes on with the statement then. */
  private isOver = false;
  private hasFailed = false;
  private killing?: Promise<unknown>;
  private timer?: NodeJS.Timeout;

  constructor(private readonly transaction: ReadTransaction) {
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
  }

  readonly begin = (): void => {
    this.timer = setTimeout(this.giveUp, STOP_MS);
    void this.transaction.elsewhere((kill) => this.killUntilOver(kill)).catch(() => undefined);
  };

  // Before the transaction ends: behind a pooler, the connection of the server is another client's after that.
  async end(): Promise<void> {
    this.isOver = !this.hasFailed;
    await this.killing?.catch(() => undefined);
    clearTimeout(this.timer);
  }

  // More than once: a kill can reach the server before the statement does.
  private async killUntilOver(kill: () => Promise<unknown>): Promise<void> {
    for (let isLast = false; !this.isOver && !isLast; await delay(KILL_AGAIN_MS)) {
      isLast = this.hasFailed;
      await (this.killing = kill());
    }
  }

  // The pool can open another connection in place of the one that is closed now, and the kill may have waited for that.
  private readonly giveUp = (): void => {
    this.hasFailed = true;
    this.fail(new EndlessTransaction('The statement did not stop'));
  };
}
