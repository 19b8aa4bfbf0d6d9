import { type Duration, timeBefore } from '../options/duration.js';
import type { AgingEvent, EventEraser } from '../storage/event-eraser.js';
import type { EventFeed, FeedPosition } from '../storage/event-feed.js';
import type { CheckedRule } from '../options/retention/checked-rule.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import type { UnreadEvents } from './unread-events.js';

/** What a walk needs of the log. */
export interface RetentionLog {
  readonly feed: EventFeed;
  readonly eraser: EventEraser;
  /** Undefined: it is of no matter who has read what. */
  readonly unread: UnreadEvents | undefined;
}

/** What a walk has found in one slice. */
export interface Slice {
  /** The events whose time is over, by their rules. */
  readonly over: ReadonlyMap<CheckedRule, AgingEvent[]>;
  /** Where to go on. */
  readonly position: FeedPosition;
  /** Whether what follows is not to be removed yet. */
  readonly isLast: boolean;
  /** The consumer that has not handled what follows. */
  readonly heldBackBy?: string;
}

/**
 * The way through the feed of those rules that keep events for one span of time: from the oldest event up to the first that was
 * received within it. The feed is nearly in the order of receipt, and none is passed that is too young, so none is left behind.
 */
export class RetentionWalk {
  /** What was received after it is kept: RFC 3339 in UTC with milliseconds. */
  readonly limit: string;

  constructor(
    private readonly log: RetentionLog,
    private readonly rules: RetentionRules,
    private readonly span: Duration,
    graceMs = 0,
  ) {
    this.limit = timeBefore(new Date(Date.now() - graceMs), span).toISOString();
  }

  /** At most so many events after a position. */
  async slice(after: FeedPosition, size: number): Promise<Slice> {
    const { feed, eraser, unread } = this.log;
    const events = await eraser.scan(after, size);
    const slowest = await unread?.slowest();
    const over = new Map<CheckedRule, AgingEvent[]>();
    let position = after;
    for (const event of events) {
      if (event.receivedAt > this.limit) return { over, position, isLast: true };
      const rule = this.rules.ruleFor(event, this.span);
      if (rule !== undefined && slowest !== undefined && feed.isBefore(slowest.position, event.position)) {
        return { over, position, isLast: true, heldBackBy: slowest.name };
      }
      if (rule !== undefined) append(over, rule, event);
      position = event.position;
    }
    return { over, position, isLast: events.length === 0 };
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
