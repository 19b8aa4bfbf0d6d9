import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Connection } from './engine.js';

interface Answer {
  number: number;
  result?: { text?: string };
  error?: object & { message: string };
}

interface Waiting {
  resolve(result: object): void;
  reject(error: Error): void;
}

/** ClickHouse in a process of its own, with its data in a folder. While none runs, connections to it are refused. */
export class EngineProcess {
  private child?: ChildProcess;
  private number = 0;
  private readonly waiting = new Map<number, Waiting>();

  constructor(private readonly path: string) {}

  async start(): Promise<void> {
    const child = fork('test/clickhouse/engine-host.mjs', [this.path], { execArgv: [], serialization: 'advanced' });
    await once(child, 'message');
    child.on('message', (answer) => this.take(answer as Answer));
    child.on('exit', () => this.lose());
    this.child = child;
  }

  /** What it was doing has no answer, whether it was done or not. */
  async kill(): Promise<void> {
    if (this.child === undefined) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  client(): ClickHouseClient {
    const connection = {
      ping: () => Promise.resolve({ success: true }),
      query: (params: object) => this.ask('query', params),
      insert: (params: object) => this.ask('insert', params),
      command: (params: object) => this.ask('command', params),
      exec: (params: object) => this.ask('exec', params),
      close: () => Promise.resolve(),
    };
    return createClient({ connection: connection as never as Connection, log: { level: ClickHouseLogLevel.OFF } });
  }

  private async ask(method: string, { abort_signal: _signal, ...params }: { abort_signal?: unknown; values?: unknown }) {
    const values = params.values instanceof Readable ? await text(params.values) : params.values;
    const { child } = this;
    // One that was killed may have no channel any more before its exit is known.
    if (!child?.connected) throw Object.assign(new Error('Nobody listens'), { code: 'ECONNREFUSED' });
    const number = this.number++;
    return new Promise<object>((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      // What can't be sent is rejected by the exit, which follows.
      child.send({ number, method, params: { ...params, ...(values !== undefined && { values }) } }, () => undefined);
    });
  }

  private take({ number, result, error }: Answer): void {
    const waiting = this.waiting.get(number);
    this.waiting.delete(number);
    if (error) waiting?.reject(Object.assign(new Error(error.message), error));
    else
      waiting?.resolve(
        result?.text === undefined
          ? { ...result }
          : { ...result, stream: Readable.from([Buffer.from(result.text)], { objectMode: false }) },
      );
  }

  private lose(): void {
    this.child = undefined;
    for (const { reject } of this.waiting.values()) reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    this.waiting.clear();
  }
}
