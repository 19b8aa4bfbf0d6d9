import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { reasonOf } from '../../diagnostics/reason-of.js';
import type { DataSource } from 'typeorm';
import type { ApiKeyTable } from './api-key-table.js';
import { ExpiringMap } from './expiring-map.js';

const WRITE_EVERY_MS = 60_000;
const WRITE_AFTER_MS = 1_000;
const MAX_KEYS = 10_000;

/** Writes when keys were last used: all of a second at once, each at most once a minute, never while a request waits. */
export class LastUse {
  private readonly noted = new ExpiringMap<true>(WRITE_EVERY_MS, MAX_KEYS);
  private readonly due = new Set<string>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly dataSource: DataSource,
    private readonly table: ApiKeyTable,
  ) {}

  note(id: string): void {
    if (this.noted.get(id)) return;
    this.noted.set(id, true);
    this.due.add(id);
    this.timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
  }

  /** Never fails: that a use was not noted is only logged. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const ids = [...this.due];
    this.due.clear();
    if (ids.length === 0 || !this.dataSource.isInitialized) return;
    try {
      await this.table.update(ids, { last_used_at: new Date().toISOString() });
    } catch (error) {
      const { cause = error } = error as Error;
      const reason = reasonOf(cause);
      const text = `The last use of ${ids.length} keys could not be noted: ${reason}`;
      logger.warn(new LogLine('The last use of keys could not be noted', { count: ids.length, reason }, text));
    }
  }
}
