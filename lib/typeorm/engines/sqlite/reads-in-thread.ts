import type { Run } from '../read-database.js';
import { type ReadLimit, StoppedRead } from '../read-limit.js';
import type { ReaderFile } from './reader-file.js';
import { ReaderThread } from './reader-thread.js';
import type { Reads } from './reads.interface.js';

/** Reads in a thread, one after the other. The thread is started for the first of them, and again when it has died. */
export class ReadsInThread implements Reads {
  private thread?: ReaderThread;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly file: ReaderFile) {}

  read<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    const reading = this.last.then(() => this.readNow(limit, work));
    this.last = reading.catch(() => undefined);
    return reading;
  }

  async close(): Promise<void> {
    await this.thread?.end();
  }

  private async readNow<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    limit.begin();
    if (!this.thread?.isAlive) this.thread = new ReaderThread(this.file);
    const { thread } = this;
    const stop = () => thread.stop();
    limit.signal.addEventListener('abort', stop, { once: true });
    try {
      return await readIn(thread, limit, work);
    } finally {
      limit.signal.removeEventListener('abort', stop);
    }
  }
}

async function readIn<T>(thread: ReaderThread, limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
  thread.begin();
  try {
    await thread.run({ sql: 'BEGIN', values: [] });
    return await work(async (statement) => {
      if (limit.signal.aborted) throw new StoppedRead('The read was stopped');
      return thread.run(statement);
    });
  } finally {
    // What can't be rolled back is a transaction that has ended with its thread.
    await thread.run({ sql: 'ROLLBACK', values: [] }).catch(() => undefined);
    thread.rest();
  }
}
