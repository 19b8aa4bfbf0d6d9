import { setTimeout as delay } from 'node:timers/promises';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import type { EventFeed, FeedPosition, FeedRecord } from '../storage/event-feed.js';
import { Bell } from '../timing/bell.js';
import { RecentRecords } from './recent-records.js';

/** Before the next poll after one that found something, and doubled each time: what a hint tells of may wait for other transactions. */
const SHORTEST_MS = 20;
/** Few, as each may have megabytes. */
const PAGE = 100;
const MAX_RECORDS = 2_000;
const MAX_SIZE = 8 * 1024 * 1024;

const lines = new RepeatedLines((line) => logger.warn(line));

interface Following {
  readonly end: AbortController;
  /** Since the last poll began. */
  isHinted: boolean;
  recent?: RecentRecords;
}

/**
 * The newest records of a feed, read once for all who follow it in this process. Polling tells the truth; what the feed hints at
 * only makes the next poll come sooner. It runs while somebody follows.
 */
export class FeedTail {
  private readonly changes = new Bell();
  private readonly hints = new Bell();
  private followers = 0;
  private following?: Following;

  /** `pollMs` is the longest time, in milliseconds, between two looks at the feed. */
  constructor(
    readonly feed: EventFeed,
    private readonly pollMs = 1_000,
  ) {}

  /** Begins to follow. Returns what ends it. */
  follow(): () => void {
    if (this.followers++ === 0) this.begin();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--this.followers === 0) this.end();
    };
  }

  /** Where the feed ends; undefined until it is known. */
  get position(): FeedPosition | undefined {
    return this.following?.recent?.end;
  }

  /** How many records it has read; undefined until it knows where the feed ends. */
  get recordCount(): number | undefined {
    return this.following?.recent?.count;
  }

  /** At most `limit` records after a position; undefined where that is not among the newest. */
  after(position: FeedPosition, limit: number): FeedRecord[] | undefined {
    return this.following?.recent?.after(position, limit);
  }

  /** Resolves when there is something new, after `ms` milliseconds, or when `signal` aborts. */
  changed(ms: number, signal: AbortSignal): Promise<void> {
    return this.changes.wait(ms, signal);
  }

  private begin(): void {
    this.following = { end: new AbortController(), isHinted: false };
    void this.poll(this.following);
  }

  private end(): void {
    this.following?.end.abort();
    this.following = undefined;
  }

  private async poll(following: Following): Promise<void> {
    const { signal } = following.end;
    const unwatch = this.feed.watch?.(() => {
      following.isHinted = true;
      this.hints.ring();
    });
    for (let pause = SHORTEST_MS; !signal.aborted;) {
      following.isHinted = false;
      const found = await this.readOn(following);
      if (found === PAGE) continue;
      pause = found > 0 || following.isHinted ? SHORTEST_MS : Math.min(this.pollMs, pause * 2);
      // However many hints there are, polls do not follow each other without a pause.
      await delay(SHORTEST_MS);
      if (!following.isHinted) await this.hints.wait(pause - SHORTEST_MS, signal);
    }
    unwatch?.();
  }

  /** How many records it has found. */
  private async readOn(following: Following): Promise<number> {
    try {
      following.recent ??= new RecentRecords(await this.feed.start('now'), MAX_RECORDS, MAX_SIZE);
      const { records } = await this.feed.read(following.recent.end, PAGE);
      following.recent.add(records);
      this.changes.ring();
      return records.length;
    } catch (error) {
      lines.write('Events can not be followed', LogLine.of('Events can not be followed right now', error));
      return 0;
    }
  }
}
