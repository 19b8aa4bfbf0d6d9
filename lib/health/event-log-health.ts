import { Inject, Injectable } from '@nestjs/common';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { type ConsumerLag, ConsumerLags } from '../feed/consumer-lags.js';
import { EVENT_WRITER, type EventWriter } from '../ingestion/event-writer.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { within } from '../timing/within.js';
import { healthFaults } from './health-faults.js';
import type { HealthReport, WaitingEvents } from './health-report.interface.js';
import { HealthSettings } from './health-settings.js';

/** Tells whether events can be logged right now. Log lines say when that changes, as far as it is asked. */
@Injectable()
export class EventLogHealth {
  @Inject(EVENT_WRITER) private readonly writer!: EventWriter;
  @Inject(ConsumerLags) private readonly lags!: ConsumerLags;
  @Inject(EventLogSettings) private readonly limits!: EventLogSettings;
  @Inject(HealthSettings) private readonly settings!: HealthSettings;
  private checking?: Promise<HealthReport>;
  private wasUp = true;

  /**
   * How the event log is at this moment. It asks the store, for `storeTimeout` milliseconds at most, and never throws; checks at
   * the same time are one.
   *
   * @example
   * ```ts
   * const { status, reasons } = await this.health.check();
   * ```
   */
  check(): Promise<HealthReport> {
    this.checking ??= this.look().finally(() => (this.checking = undefined));
    return this.checking;
  }

  private async look(): Promise<HealthReport> {
    const { storeTimeout } = this.settings;
    const [{ store, code }, consumers] = await Promise.all([
      this.writer.reachability(storeTimeout),
      within<ConsumerLag[] | undefined>(storeTimeout, this.lags.list()).catch(() => undefined),
    ]);
    const found = { store, waiting: this.waiting, ...(consumers && { consumers }) } as const;
    const reasons = healthFaults({ ...found, code }, this.settings);
    this.tell(reasons);
    return { status: reasons.length === 0 ? 'up' : 'down', reasons, ...found };
  }

  private get waiting(): WaitingEvents {
    const { events, bytes, oldestMs } = this.writer.waiting;
    const { maxPendingEvents: maxEvents, maxPendingBytes: maxBytes } = this.limits;
    return { events, maxEvents, bytes, maxBytes, oldestSeconds: oldestMs / 1_000 };
  }

  private tell(reasons: readonly string[]): void {
    const isUp = reasons.length === 0;
    if (isUp === this.wasUp) return;
    this.wasUp = isUp;
    if (isUp) logger.log('The event log is healthy again');
    else {
      const reason = reasons.join(' ');
      logger.warn(new LogLine('The event log is not healthy', { reason }, `The event log is not healthy: ${reason}`));
    }
  }
}
