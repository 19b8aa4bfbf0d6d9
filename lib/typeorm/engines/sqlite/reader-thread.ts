import { Worker } from 'node:worker_threads';
import type { ReadRow, ReadStatement } from '../read-database.js';
import type { ReaderFile } from './reader-file.js';
import { READER_SOURCE } from './reader-source.js';

type Answer = { rows: ReadRow[] } | { message: string; code?: string };

/** A thread that has a read-only connection, and runs one statement after the other. */
export class ReaderThread {
  isAlive = true;
  /** 1 when the statement that runs must stop; both threads see it. */
  private readonly stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly worker: Worker;
  private readonly waiting: { resolve(rows: ReadRow[]): void; reject(error: Error): void }[] = [];

  constructor(file: ReaderFile) {
    const workerData = { ...file, stopped: this.stopped };
    // Without the arguments of the host, which can be loaders of its sources.
    this.worker = new Worker(READER_SOURCE, { eval: true, workerData, execArgv: [], name: 'event log reader' });
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('error', (error) => this.die(error));
    this.worker.on('exit', () => this.die(Object.assign(new Error('The reader has ended'), { code: 'SQLITE_INTERRUPT' })));
    this.rest();
  }

  /** To be called before the statements of a read: keeps the process alive until `rest()`. */
  begin(): void {
    Atomics.store(this.stopped, 0, 0);
    this.worker.ref();
  }

  run({ sql, values }: ReadStatement): Promise<ReadRow[]> {
    return new Promise((resolve, reject) => {
      if (!this.isAlive) return reject(new Error('The reader has ended'));
      this.waiting.push({ resolve, reject });
      this.worker.postMessage({ sql, values });
    });
  }

  /** Lets the statement that runs fail at its next look at the time. */
  stop(): void {
    Atomics.store(this.stopped, 0, 1);
  }

  rest(): void {
    this.worker.unref();
  }

  async end(): Promise<void> {
    this.stop();
    await this.worker.terminate();
  }

  private settle(answer: Answer): void {
    const { resolve, reject } = this.waiting.shift()!;
    if ('rows' in answer) resolve(answer.rows);
    else reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  private die(error: Error): void {
    this.isAlive = false;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
