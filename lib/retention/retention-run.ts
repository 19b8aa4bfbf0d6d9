import { setTimeout as delay } from 'node:timers/promises';
import type { FeedPosition } from '../storage/event-feed.js';
import type { CheckedRule } from '../options/retention/checked-rule.js';
import { Pace } from './pace.js';
import type { RetentionReport } from './retention-report.interface.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import { type RetentionLog, RetentionWalk, type Slice } from './retention-walk.js';

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
  /** Told of how many events were removed, or counted, so far. */
  readonly onProgress?: (events: number) => void;
}

/** One run over all events whose time is over, slice by slice, with pauses in which writers have the store for themselves. */
export class RetentionRun {
  private readonly pace = new Pace();
  private readonly counts: Map<CheckedRule, number>;
  private readonly heldBackBy = new Set<string>();
  private total = 0;

  constructor(
    private readonly log: RetentionLog,
    private readonly rules: RetentionRules,
    private readonly options: RetentionRunOptions,
  ) {
    this.counts = new Map(rules.all.map((rule) => [rule, 0]));
  }

  async run(): Promise<RetentionReport> {
    let isFinished = true;
    for (const span of this.rules.spans) {
      isFinished &&= await this.walk(new RetentionWalk(this.log, this.rules, span), this.rules.nameOf(span));
    }
    const removed = [...this.counts].map(([{ span: _, ...rule }, events]) => ({ rule, events }));
    return { removed, heldBackBy: [...this.heldBackBy], isUnfinished: !isFinished };
  }

  /** Whether it came to its end. */
  private async walk(walk: RetentionWalk, name: string): Promise<boolean> {
    const { positions, goesOn, signal, isDry } = this.options;
    let position = (await positions.find(name)) ?? (await this.log.feed.start('beginning'));
    for (;;) {
      if (!(await goesOn())) return false;
      const began = performance.now();
      const slice = await walk.slice(position, this.pace.size);
      await this.remove(slice);
      if (!isDry && slice.position !== position) await positions.move(name, slice.position);
      if (slice.heldBackBy !== undefined) this.heldBackBy.add(slice.heldBackBy);
      if (slice.isLast) return true;
      position = slice.position;
      await delay(this.pace.pauseAfter(performance.now() - began), undefined, { signal }).catch(() => undefined);
    }
  }

  private async remove({ over }: Slice): Promise<void> {
    for (const [rule, events] of over) {
      const count = this.options.isDry ? events.length : await this.log.eraser.purge(events);
      this.counts.set(rule, this.counts.get(rule)! + count);
      this.total += count;
    }
    this.options.onProgress?.(this.total);
  }
}
