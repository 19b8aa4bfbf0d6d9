import { Injectable } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import type { EventRecord, StoredEvent } from '../events/event.interface.js';
import { storedEvent } from '../events/stored-event.js';
import { Turns } from '../timing/turns.js';
import { GuardedObservable } from './guarded-observable.js';

/** Most events that wait for slow subscribers; what comes beyond them is not told. */
const MAX_WAITING = 10_000;

const lines = new RepeatedLines((line) => logger.warn(line));
const report = (error: unknown): void =>
  lines.write('A subscriber of stored$ failed', LogLine.of('A subscriber of stored$ failed', error));

/** What this process has stored, for whoever subscribes. They are told in turns of the event loop of their own, after the answers. */
@Injectable()
export class StoredEvents {
  private readonly subject = new Subject<StoredEvent>();
  private waiting: EventRecord[] = [];
  private isTelling = false;

  readonly stream: Observable<StoredEvent> = new GuardedObservable(this.subject, report);

  /** Whether anybody wants to be told. */
  get areWanted(): boolean {
    return this.subject.observed;
  }

  add(records: readonly EventRecord[]): void {
    const room = MAX_WAITING - this.waiting.length;
    if (records.length > room)
      lines.write('Events left out of stored$', 'Subscribers of stored$ are too slow: events are left out');
    this.waiting.push(...records.slice(0, room));
    if (!this.isTelling) void this.tell();
  }

  private async tell(): Promise<void> {
    this.isTelling = true;
    const turns = new Turns();
    await turns.next();
    for (let told = this.waiting; told.length > 0; told = this.waiting) {
      this.waiting = [];
      for (const record of told) {
        if (turns.isLong) await turns.next();
        this.subject.next(storedEvent(record));
      }
    }
    this.isTelling = false;
  }
}
