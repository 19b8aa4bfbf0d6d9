import type { Run } from '../read-database.js';
import type { ReadLimit } from '../read-limit.js';
import type { ReaderFile } from './reader-file.js';
import { ReaderThread } from './reader-thread.js';
import type { Reads } from './reads.interface.js';

/** So that one long query doesn't hold up the short ones of others. */
const MAX_THREADS = 4;

/**
 * Reads in threads: one more is started when all others are busy, and one that has died is replaced. A statement that doesn't
 * look at the time, as while it sorts, keeps its thread until it ends, so that more than these are never at work.
 */
export class ReadsInThreads implements Reads {
  private readonly threads = new Set<ReaderThread>();
  private readonly idle: ReaderThread[] = [];
  private readonly waiting: (() => void)[] = [];
  private reading = 0;

  constructor(private readonly file: ReaderFile) {}

  async read<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    if (this.reading < MAX_THREADS) this.reading++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      limit.begin();
      return await this.readNow(limit, work);
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.reading--;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.end()));
  }

  private async readNow<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
    const thread = this.idle.pop() ?? this.start();
    const stop = () => thread.stop();
    limit.signal.addEventListener('abort', stop, { once: true });
    try {
      return await readInThread(thread, limit, work);
    } finally {
      limit.signal.removeEventListener('abort', stop);
      if (this.threads.has(thread)) this.idle.push(thread);
    }
  }

  private start(): ReaderThread {
    const thread = new ReaderThread(this.file, () => {
      this.threads.delete(thread);
      if (this.idle.includes(thread)) this.idle.splice(this.idle.indexOf(thread), 1);
    });
    this.threads.add(thread);
    return thread;
  }
}

async function readInThread<T>(thread: ReaderThread, limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T> {
  let isOpen = false;
  thread.begin();
  try {
    return await work(async ({ sql, values }, isLast = false) => {
      limit.check();
      // One alone sees one moment without a transaction.
      const ends = isLast && isOpen;
      const begins = !isLast && !isOpen;
      isOpen = !isLast;
      return thread.run({ sql, values, begins, ends });
    });
  } finally {
    // Not waited for: the thread takes one statement after the other, and each answer costs a turn of both event loops.
    if (isOpen) void thread.run({ sql: 'ROLLBACK', values: [], begins: false, ends: false }).catch(() => undefined);
    thread.rest();
  }
}
