import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { logger } from '../../diagnostics/logger.js';
import { codeOf } from '../engines/driver-error.js';
import { Pace } from './pace.js';
import { SliceSize } from './slice-size.js';
import { UnfilledRows } from './unfilled-rows.js';

/** SQLite works in the event loop of the host. */
const SQLITE_SLICE_MS = 5;
const SLICE_MS = 25;

const SHORTEST_WAIT_MS = 1_000;
/** While processes of an earlier version write on, each look finds rows, and the next one comes soon. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * Fills `user_key` of rows that an earlier version wrote, in small slices beside the host's work, and looks again for as long as
 * it runs: in a rolling deploy, processes of that version write on. Several at once do no harm.
 */
export class UserKeyFiller {
  private readonly written: UnfilledRows;
  private readonly read: UnfilledRows;
  private readonly size: SliceSize;
  private readonly stopping = new AbortController();
  private readonly pace = new Pace(this.stopping.signal);
  private running?: Promise<void>;
  private filled = false;
  private reported = '';

  /** Events are written to `dataSource`, and read from `readFrom`, where they may come later. */
  constructor(dataSource: DataSource, readFrom = dataSource) {
    this.written = new UnfilledRows(dataSource);
    this.read = new UnfilledRows(readFrom);
    this.size = new SliceSize(dataSource.options.type === 'better-sqlite3' ? SQLITE_SLICE_MS : SLICE_MS);
  }

  /** Whether the last look found no row without a key. */
  isFilled(): boolean {
    return this.filled;
  }

  /** Returns at once. */
  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the slice in hand is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let wait = SHORTEST_WAIT_MS; !signal.aborted;) {
      await this.round().catch((error: unknown) => this.report(error));
      wait = this.filled ? Math.min(2 * wait, LONGEST_WAIT_MS) : SHORTEST_WAIT_MS;
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    const found = await this.fillAll();
    this.filled = !found && !this.stopping.signal.aborted && !(await this.isAnyRead());
  }

  /** Resolves to whether there was a row to fill. */
  private async fillAll(): Promise<boolean> {
    let found = false;
    for await (const project of this.written.projects()) {
      if (await this.fillProject(project)) found = true;
      if (this.stopping.signal.aborted) break;
    }
    return found;
  }

  private async fillProject(project: string | null): Promise<boolean> {
    let found = false;
    for (let from: string | undefined; !this.stopping.signal.aborted; found = true) {
      const start = from;
      from = await this.pace.work(() => this.fillSlice(project, start));
      if (from === undefined) break;
    }
    return found;
  }

  /** Resolves to where the next slice starts; undefined: there is none, or it is left to another process. */
  private async fillSlice(project: string | null, from?: string): Promise<string | undefined> {
    const start = performance.now();
    const rows = await this.written.find(project, from, this.size.rows);
    if (rows.length === 0) return undefined;
    this.filled = false;
    const filled = await this.written.fill(rows);
    this.size.note(rows.length, performance.now() - start);
    return filled === 0 ? undefined : rows.at(-1)!.created_at;
  }

  private async isAnyRead(): Promise<boolean> {
    for await (const project of this.read.projects()) {
      if ((await this.pace.work(() => this.read.find(project, undefined, 1))).length > 0) return true;
    }
    return false;
  }

  private report(error: unknown): void {
    const code = codeOf(error);
    if (this.written.isUnavailable(error) || this.reported === code) return;
    this.reported = code;
    logger.warn(
      `The database does not let \`user_key\` of events of an earlier version be filled (${code}), so queries by user stay slow. The account of the data source needs UPDATE on that table.`,
    );
  }
}
