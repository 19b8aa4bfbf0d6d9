import { Injectable } from '@nestjs/common';
import { ConsumerStore } from '../storage/consumers/consumer.store.js';
import { EventEraser } from '../storage/event-eraser.js';
import { EventFeed } from '../storage/event-feed.js';
import { KeptPositions } from './kept-positions.js';
import { RetentionLease } from './retention-lease.js';
import type { RetentionReport } from './retention-report.interface.js';
import { RetentionRun } from './retention-run.js';
import { RetentionSettings } from './retention-settings.js';
import { UnreadEvents } from './unread-events.js';

/**
 * Removes events whose time is over, one instance at a time. The module runs it by itself; both methods throw
 * `ServiceUnavailableException` where the store can't be reached.
 */
@Injectable()
export class EventRetentionService {
  private readonly positions: KeptPositions;

  constructor(
    private readonly feed: EventFeed,
    private readonly eraser: EventEraser,
    private readonly store: ConsumerStore,
    private readonly settings: RetentionSettings,
  ) {
    this.positions = new KeptPositions(store);
  }

  /**
   * Removes what is over now, and resolves when it is gone. When `signal` aborts, it ends after the slice in hand, which takes some
   * milliseconds; a later run goes on from there. So it does after a crash.
   */
  async run(signal: AbortSignal = NEVER): Promise<RetentionReport> {
    const lease = await RetentionLease.take(this.store, signal);
    if (lease === undefined) return NOTHING;
    try {
      const report = await this.start(signal, false, async () => !signal.aborted && (await lease.isHeld()));
      await this.positions.forgetOthers(this.settings.rules);
      return report;
    } finally {
      await lease.end();
    }
  }

  /** Counts what `run()` would remove now, rule by rule, and removes nothing. */
  preview(signal: AbortSignal = NEVER): Promise<RetentionReport> {
    return this.start(signal, true, async () => !signal.aborted);
  }

  private start(signal: AbortSignal, isDry: boolean, goesOn: () => Promise<boolean>): Promise<RetentionReport> {
    const { feed, eraser, store, settings, positions } = this;
    const unread = settings.ignoreConsumers ? undefined : new UnreadEvents(feed, store);
    return new RetentionRun({ feed, eraser, unread }, settings.rules, { positions, goesOn, signal, isDry }).run();
  }
}

const NEVER = new AbortController().signal;
const NOTHING: RetentionReport = { removed: [], heldBackBy: [], isUnfinished: true };
