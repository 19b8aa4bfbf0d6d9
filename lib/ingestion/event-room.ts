import { ServiceUnavailableException } from '@nestjs/common';
import type { ParsedEvent } from '../events/event-parser.js';
import { Shares } from '../http/body/shares.js';
import type { EventLogSettings } from '../options/event-log-settings.js';

type Held = Pick<ParsedEvent, 'heldBytes'>;

/**
 * The room in memory for events that wait: `maxPendingEvents` and `maxPendingBytes` at most, and half of that of one holder.
 * The host's own code is none, and may have all.
 */
export class EventRoom {
  private events = 0;
  private bytes = 0;
  private readonly eventShares: Shares;
  private readonly byteShares: Shares;

  constructor(private readonly settings: EventLogSettings) {
    this.eventShares = new Shares(settings.maxPendingEvents);
    this.byteShares = new Shares(settings.maxPendingBytes);
  }

  get isEmpty(): boolean {
    return this.events === 0;
  }

  /** What of it is taken. */
  get held(): { readonly events: number; readonly bytes: number } {
    return { events: this.events, bytes: this.bytes };
  }

  /**
   * For all of them or none: throws `ServiceUnavailableException` where there is too little. What is larger than a limit is taken
   * where nothing else is there; otherwise it could never be.
   */
  reserve(events: readonly Held[], holder?: string): void {
    const bytes = events.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
    if (!this.isEmpty) this.checkRoom(events.length, bytes, holder);
    this.count(events.length, bytes, holder);
  }

  free({ heldBytes }: Held, holder?: string): void {
    this.count(-1, -heldBytes, holder);
  }

  private checkRoom(events: number, bytes: number, holder?: string): void {
    const { maxPendingEvents, maxPendingBytes } = this.settings;
    if (this.events + events > maxPendingEvents) throw full('maxPendingEvents');
    if (this.bytes + bytes > maxPendingBytes) throw full('maxPendingBytes');
    if (this.eventShares.excess(holder, events) > 0) throw full('maxPendingEvents', ' of one key, half of what may');
    if (this.byteShares.excess(holder, bytes) > 0) throw full('maxPendingBytes', ' of one key, half of what may');
  }

  private count(events: number, bytes: number, holder?: string): void {
    this.events += events;
    this.bytes += bytes;
    this.eventShares.add(holder, events);
    this.byteShares.add(holder, bytes);
  }
}

function full(limit: string, whose = ''): ServiceUnavailableException {
  return new ServiceUnavailableException(`Too many events are waiting to be stored${whose} (\`${limit}\`)`);
}
