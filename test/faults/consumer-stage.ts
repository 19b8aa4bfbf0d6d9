import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchResult } from 'nestjs-event-log';
import { eventLogConsumerMigrations, eventLogMigrations } from 'nestjs-event-log/typeorm';
import { dataSourceOptions, type TestDatabase } from '../utils/databases.js';
import { startTypeOrmHost, type TypeOrmHost } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';
import { type Handling, HandlingLog, type HandlingLine, judge } from './handled-events.js';
import { Host } from './host.js';
import { KEY } from './http-client.js';

/** Of the instances of a process of `consumer-host.mjs`. */
export interface ConsumerHostSettings {
  /** How many instances. */
  instances?: number;
  names?: readonly string[];
  from?: 'now' | 'beginning';
  /** Milliseconds before the effect, after it, and before the position is moved. */
  before?: number;
  after?: number;
  beforeMove?: number;
  /** The last of them for the first position that an instance moves. */
  firstMove?: number;
  /** Which says that it is done before it is. */
  isForgetful?: boolean;
  /** Which asks the database before the effect, as one does whose effect is there. */
  asks?: boolean;
  store?: 'typeorm' | 'unfenced' | 'clock' | 'memory';
}

export const BATCH_SIZE = 20;
const WRITTEN_AT_ONCE = 5;
const PROGRAM = 'test/faults/consumer-host.mjs';
/** Few connections, so that twenty instances leave some of the server's to others; and none that is waited for without end. */
function poolOf(url: string): object {
  return url.startsWith('mysql') ? { extra: { connectionLimit: 4 } } : { connectTimeoutMS: 5_000, extra: { max: 4 } };
}

/** A database, processes that consume, and one who writes: one event after the other, each until it is acknowledged. */
export class Stage {
  readonly acknowledged: string[] = [];
  private readonly starting: Promise<Host>[] = [];
  private readonly processes: Host[] = [];
  private writing?: Promise<void>;
  private isWriting = false;

  private constructor(
    readonly database: TestDatabase,
    private readonly writer: TypeOrmHost,
    private readonly log: HandlingLog,
  ) {}

  /** Sets the stage for a play, and clears it afterwards. */
  static async set(start: () => Promise<TestDatabase>, play: (stage: Stage) => Promise<void>): Promise<void> {
    const [database, folder] = await Promise.all([start(), mkdtemp(join(tmpdir(), 'event-log-consumers-'))]);
    const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
    const source = { migrations, ...poolOf(database.url) };
    const module = { apiKeys: [{ id: 'writer', kind: 'api', key: KEY }] };
    const writer = await startTypeOrmHost('express', database.url, { source, module });
    const stage = new Stage(database, writer, new HandlingLog(join(folder, 'handled')));
    try {
      await play(stage);
    } finally {
      await stage.stopWriting().catch(() => undefined);
      await Promise.allSettled(stage.starting);
      await Promise.all(stage.processes.map((process) => process.end('SIGKILL')));
      await writer.app.close();
      stage.log.close();
      await Promise.all([database.stop(), rm(folder, { recursive: true })]);
    }
  }

  /** Starts a process of instances that consume; `url` where they reach the database otherwise than the writer. */
  async start(settings: ConsumerHostSettings = {}, url = this.database.url, flags: string[] = []): Promise<Host> {
    const database = dataSourceOptions(url, { ...poolOf(url), entities: [], migrations: [] });
    const defaults = { instances: 1, names: ['a'], from: 'beginning', before: 30, after: 30, beforeMove: 0, store: 'typeorm' };
    const given = { ...defaults, batchSize: BATCH_SIZE, ...settings };
    const variable = JSON.stringify({ ...given, file: this.log.file, database });
    const starting = Host.start(url, { program: PROGRAM, flags, variables: { CONSUMER_HOST: variable } });
    this.starting.push(starting);
    this.processes.push(await starting);
    return starting;
  }

  startWriting(): void {
    this.isWriting = true;
    this.writing = (async () => {
      while (this.isWriting) {
        await this.write();
        await delay(40);
      }
    })();
  }

  async stopWriting(): Promise<void> {
    this.isWriting = false;
    await this.writing;
  }

  /** Writes some events as one batch, until all are acknowledged. */
  async write(): Promise<void> {
    const ids = Array.from({ length: WRITTEN_AT_ONCE }, (_, index) => String(this.acknowledged.length + index));
    while (!(await this.isStored(ids))) await delay(50);
    this.acknowledged.push(...ids);
  }

  private async isStored(ids: readonly string[]): Promise<boolean> {
    const events = ids.map((id) => ({ id, entityType: 'message', type: 't', messageId: 'm' }));
    const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${this.writer.url}/events/batch`, { method: 'POST', headers, body: JSON.stringify(events) });
    const { results } = (await response.json()) as Partial<BatchResult>;
    return response.status === 200 && results!.every(({ status }) => status === 200);
  }

  /** Waits until a process has told this of a batch of several events, last of all; returns the process. */
  async untilLast(kind: HandlingLine['kind']): Promise<Host> {
    const isLast = (line?: HandlingLine) => line?.kind === kind && line.ids.length >= WRITTEN_AT_ONCE;
    await until(`the last that is told of is an ${kind}`, () => isLast(this.log.lines().at(-1)));
    const pid = pidOf(this.log.lines().at(-1)!);
    return this.processes.find((process) => process.pid === pid)!;
  }

  /** Waits until another process has begun a batch after this moment; returns how many milliseconds later. */
  async untilTaken(from: Host, since: number): Promise<number> {
    const isTaken = (line: HandlingLine) => pidOf(line) !== from.pid && line.at > since;
    await until('another process goes on', () => this.lines(['begin']).some(isTaken));
    return Math.round(this.lines(['begin']).find(isTaken)!.at - since);
  }

  /** Waits for so many more events that are handled. */
  async untilHandled(count: number): Promise<void> {
    const handled = () => this.lines(['effect']).reduce((sum, { ids }) => sum + ids.length, 0);
    const before = handled();
    await until(`${count} more are handled`, () => handled() >= before + count);
  }

  /** Ends the writing, and waits until consumers have got to its end. */
  async finish(...consumers: string[]): Promise<void> {
    await this.stopWriting();
    const last = this.acknowledged.at(-1)!;
    for (const consumer of consumers.length > 0 ? consumers : ['a']) {
      await until(`${consumer} has got to the end`, () => this.lines(['effect'], consumer).some(({ ids }) => ids.includes(last)));
    }
  }

  /** What was told of a consumer, of these kinds. */
  lines(kinds: readonly HandlingLine['kind'][], consumer = 'a'): HandlingLine[] {
    return this.log.lines().filter((line) => line.consumer === consumer && kinds.includes(line.kind));
  }

  judge(consumer = 'a', since = 0): Handling {
    return judge(this.acknowledged.slice(since), this.lines(['effect'], consumer));
  }
}

/** Of which process a line tells. */
export function pidOf({ app }: HandlingLine): number {
  return Number.parseInt(app, 10);
}

/** On the clock of the lines. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
