import { setTimeout as delay } from 'node:timers/promises';
import type { AgingEvent } from '../storage/event-eraser.js';
import type { FeedPosition } from '../storage/event-feed.js';
import type { CheckedRule } from '../options/retention/checked-rule.js';
import type { ConversationStore } from '../storage/conversations/conversation.store.js';
import { OldConversations } from './old-conversations.js';
import { overDays } from './over-days.js';
import { Pace } from './pace.js';
import type { DroppedDays, RetentionReport } from './retention-report.interface.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import { type RetentionLog, RetentionWalk, type Slice } from './retention-walk.js';

/** For so long, whole days may have taken what a walk would: the rest of the day, and some tries. */
const DAYS_MS = 2 * 86_400_000;

/** Where walks go on from. */
export interface WalkPositions {
  /** Undefined: from the beginning. */
  find(walk: string): Promise<FeedPosition | undefined>;
  move(walk: string, position: FeedPosition): Promise<void>;
}

export interface RetentionRunOptions {
  readonly positions: WalkPositions;
  /** Whether it may begin with another slice. */
  readonly goesOn: () => Promise<boolean>;
  /** Ends pauses. */
  readonly signal: AbortSignal;
  /** Whether events are only counted. */
  readonly isDry: boolean;
  /** Whether what a whole day is soon to take is left to it: not where no run follows. */
  readonly waitsForDays: boolean;
  /** Told of how many events and conversations were removed, or counted, so far. */
  readonly onProgress?: (count: number) => void;
}

/** What retention removes from: the log, and where the host keeps conversations, their store. */
export interface RetainedData extends RetentionLog {
  readonly conversations?: ConversationStore;
}

interface Counts {
  events: number;
  conversations: number;
}

/** One run over all whose time is over, slice by slice, with pauses in which writers have the store for themselves. */
export class RetentionRun {
  private readonly pace = new Pace();
  private readonly counts: Map<CheckedRule, Counts>;
  private readonly heldBackBy = new Set<string>();
  private total = 0;
  /** By the clock of the store; empty: no day was dropped. */
  private droppedUntil = '';

  constructor(
    private readonly log: RetainedData,
    private readonly rules: RetentionRules,
    private readonly options: RetentionRunOptions,
  ) {
    this.counts = new Map(rules.all.map((rule) => [rule, { events: 0, conversations: 0 }]));
  }

  async run(): Promise<RetentionReport> {
    let isFinished = true;
    const droppedDays = await this.dropDays();
    for (const span of this.rules.spans) {
      // What goes by whole days is not to go one by one just before.
      const waits = droppedDays !== undefined && this.options.waitsForDays;
      const grace = waits && span === this.rules.spans.at(-1) ? DAYS_MS : 0;
      isFinished &&= await this.walk(new RetentionWalk(this.log, this.rules, span, grace), this.rules.nameOf(span));
    }
    isFinished &&= await this.removeConversations();
    const hasConversations = this.log.conversations !== undefined;
    const removed = [...this.counts].map(([{ span: _, ...rule }, { events, conversations }]) => {
      return { rule, events, ...(hasConversations && { conversations }) };
    });
    return {
      removed,
      ...(droppedDays && { droppedDays }),
      heldBackBy: [...this.heldBackBy],
      isUnfinished: !isFinished,
    };
  }

  /** Undefined: the store does not keep events by days. */
  private async dropDays(): Promise<DroppedDays[] | undefined> {
    const over = await overDays(this.log, this.rules);
    if (over === undefined) return undefined;
    if (over.heldBackBy !== undefined) this.heldBackBy.add(over.heldBackBy);
    const dropped: DroppedDays[] = [];
    for (const days of over.days) {
      if (!(await this.options.goesOn())) break;
      if (!this.options.isDry) await this.log.eraser.dropDays!(days);
      dropped.push({ until: days.until, events: days.events });
      this.droppedUntil = days.until;
      this.options.onProgress?.((this.total += days.events));
    }
    return dropped;
  }

  /** Whether it came to its end. */
  private async walk(walk: RetentionWalk, name: string): Promise<boolean> {
    const { positions, goesOn, signal, isDry } = this.options;
    let position = (await positions.find(name)) ?? (await this.log.feed.start('beginning'));
    for (;;) {
      if (!(await goesOn())) return false;
      const began = performance.now();
      const slice = await walk.slice(position, this.pace.size);
      await this.remove(slice, walk.limit);
      if (!isDry && slice.position !== position) await positions.move(name, slice.position);
      if (slice.heldBackBy !== undefined) this.heldBackBy.add(slice.heldBackBy);
      if (slice.isLast) return true;
      position = slice.position;
      await delay(this.pace.pauseAfter(performance.now() - began), undefined, { signal }).catch(() => undefined);
    }
  }

  private async remove({ over }: Slice, until: string): Promise<void> {
    for (const [rule, events] of over) {
      const count = this.options.isDry ? this.countOf(events) : await this.log.eraser.purge(events, until);
      this.counts.get(rule)!.events += count;
      this.total += count;
    }
    this.options.onProgress?.(this.total);
  }

  /** Without those of days that would have been dropped before. */
  private countOf(events: readonly AgingEvent[]): number {
    return events.filter(({ receivedAt }) => receivedAt >= this.droppedUntil).length;
  }

  /** Whether it came to its end. */
  private async removeConversations(): Promise<boolean> {
    const { conversations: store } = this.log;
    if (store === undefined) return true;
    const { goesOn, signal, isDry, onProgress } = this.options;
    const onCount = (rule: CheckedRule, conversations: number) => {
      this.counts.get(rule)!.conversations += conversations;
      onProgress?.((this.total += conversations));
    };
    const old = new OldConversations(store, this.rules, { goesOn, signal, onCount });
    if (!isDry) return old.forget();
    await old.count();
    return true;
  }
}
