import { Worker } from 'node:worker_threads';
import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { ReaderFile } from './reader-file.js';
import { READER_SOURCE } from './reader-source.js';

/** Values alone, as their names with each row would take the longer part of the way. */
type Answer = { names: string[]; rows: ReadRow[string][][] } | { message: string; code?: string };

/** A statement, and whether a transaction begins before it and ends after it. */
export interface ThreadStatement extends ReadStatement {
  readonly begins: boolean;
  readonly ends: boolean;
}

/** A thread that has a read-only connection, and runs one statement after the other. */
export class ReaderThread {
  /** 1 when the statement that runs must stop; both threads see it. */
  private readonly stopped = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private readonly worker: Worker;
  private readonly waiting: { resolve(rows: ReadRow[]): void; reject(error: unknown): void }[] = [];
  private error: unknown;

  constructor(
    file: ReaderFile,
    private readonly onEnd: () => void,
  ) {
    const workerData = { ...file, stopped: this.stopped };
    // Without the arguments of the host, which can be loaders of its sources.
    this.worker = new Worker(READER_SOURCE, { eval: true, workerData, execArgv: [], name: 'event log reader' });
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('error', (error) => (this.error = error));
    this.worker.on('exit', () => this.die());
  }

  /** To be called before the statements of a read: keeps the process alive until `rest()`. */
  begin(): void {
    Atomics.store(this.stopped, 0, 0);
    this.worker.ref();
  }

  rest(): void {
    this.worker.unref();
  }

  run(statement: ThreadStatement): Promise<ReadRow[]> {
    if (this.error !== undefined) return Promise.reject(this.error);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(statement);
    });
  }

  /** Lets the statement that runs fail when it looks at the time again. */
  stop(): void {
    Atomics.store(this.stopped, 0, 1);
  }

  async end(): Promise<void> {
    this.stop();
    await this.worker.terminate();
  }

  private settle(answer: Answer): void {
    const { resolve, reject } = this.waiting.shift()!;
    if ('rows' in answer) resolve(answer.rows.map((values) => rowOf(answer.names, values)));
    else reject(Object.assign(new Error(answer.message), { code: answer.code }));
  }

  private die(): void {
    this.error ??= Object.assign(new Error('The reader has ended'), { code: 'SQLITE_INTERRUPT' });
    for (const { reject } of this.waiting.splice(0)) reject(this.error);
    this.onEnd();
  }
}

function rowOf(names: readonly string[], values: readonly ReadRow[string][]): ReadRow {
  const row: ReadRow = {};
  for (let place = 0; place < names.length; place++) row[names[place]] = values[place];
  return row;
}
