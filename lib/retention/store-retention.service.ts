import { logger } from '../diagnostics/logger.js';
import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { ConversationStore } from '../storage/conversations/conversation.store.js';
import type { EventEraser } from '../storage/event-eraser.js';
import type { EventFeed } from '../storage/event-feed.js';
import { EventRetentionService } from './event-retention.service.js';
import { reportLines } from './retention-lines.js';
import { KeptPositions } from './kept-positions.js';
import { RetentionLease } from './retention-lease.js';
import type { RetentionReport } from './retention-report.interface.js';
import { RetentionRun } from './retention-run.js';
import type { RetentionSettings } from './retention-settings.js';
import { UnreadEvents } from './unread-events.js';

/** Retention over the parts of a store, with the settings of the host. */
export class StoreRetentionService extends EventRetentionService {
  private readonly positions: KeptPositions;

  constructor(
    private readonly feed: EventFeed,
    private readonly eraser: EventEraser,
    private readonly store: ConsumerStore,
    private readonly settings: RetentionSettings,
    /** Undefined: the host keeps none. */
    private readonly conversations: () => ConversationStore | undefined = () => undefined,
  ) {
    super();
    this.positions = new KeptPositions(store);
  }

  async run(signal: AbortSignal = NEVER): Promise<RetentionReport> {
    const lease = await RetentionLease.take(this.store, signal);
    if (lease === undefined) return NOTHING;
    try {
      const report = await this.start(signal, false, async () => !signal.aborted && (await lease.isHeld()));
      await this.positions.forgetOthers(this.settings.rules);
      for (const line of reportLines(report)) logger.log(line);
      return report;
    } finally {
      await lease.end();
    }
  }

  preview(signal: AbortSignal = NEVER): Promise<RetentionReport> {
    return this.start(signal, true, async () => !signal.aborted);
  }

  private start(signal: AbortSignal, isDry: boolean, goesOn: () => Promise<boolean>): Promise<RetentionReport> {
    const { feed, eraser, store, settings, positions } = this;
    const unread = settings.ignoreConsumers ? undefined : new UnreadEvents(feed, store);
    const data = { feed, eraser, unread, conversations: this.conversations() };
    return new RetentionRun(data, settings.rules, { positions, goesOn, signal, isDry, waitsForDays: true }).run();
  }
}

const NEVER = new AbortController().signal;
const NOTHING: RetentionReport = { removed: [], heldBackBy: [], isUnfinished: true };
