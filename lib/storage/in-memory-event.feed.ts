import { Injectable } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { storedEvent } from '../events/stored-event.js';
import { EventFeed, type FeedPage, type FeedPosition, type FeedRecord, type FeedStart, noPosition } from './event-feed.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventRepository, type NumberedErasure, type NumberedEvent } from './in-memory-event.repository.js';

/** Follows an `InMemoryEventRepository`. A position is how many events were stored or erased before it. */
@Injectable()
export class InMemoryEventFeed extends EventFeed {
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    if (!(repository instanceof InMemoryEventRepository)) throw new TypeError(wrongStore(repository));
    this.repository = repository;
  }

  start(from: FeedStart): Promise<FeedPosition> {
    const { last } = this.repository;
    return Promise.resolve(String(from === 'beginning' ? 0 : from === 'now' ? last : this.before(from)));
  }

  async read(after: FeedPosition, limit: number): Promise<FeedPage> {
    const records = this.following(after).slice(0, limit);
    return { records, position: records.at(-1)?.position ?? after };
  }

  async count(after: FeedPosition, atMost: number): Promise<number> {
    return Math.min(atMost, this.following(after).length);
  }

  isBefore(position: FeedPosition, other: FeedPosition): boolean {
    return this.numberOf(position) < this.numberOf(other);
  }

  override watch(wake: () => void): () => void {
    return this.repository.watch(wake);
  }

  private following(after: FeedPosition): FeedRecord[] {
    const position = this.numberOf(after);
    const { numbered, erasures } = this.repository;
    const isLater = ({ number }: { number: number }) => number > position;
    const records = [
      ...numbered.filter(isLater).map(storedRecord),
      ...erasures.filter(isLater).flatMap((erasure) => this.erasedRecord(erasure) ?? []),
    ];
    return records.toSorted((a, b) => Number(a.position) - Number(b.position));
  }

  private numberOf(position: FeedPosition): number {
    const number = /^(?:0|[1-9]\d{0,14})$/.test(position) ? Number(position) : NaN;
    if (!(number <= this.repository.last)) throw noPosition();
    return number;
  }

  /** The position before the first event that was received at a time or later. */
  private before(time: Date): number {
    const first = this.following('0').find(({ receivedAt }) => Date.parse(receivedAt) >= time.getTime());
    return first === undefined ? this.repository.last : Number(first.position) - 1;
  }

  /** None of a changed event that is no longer there. */
  private erasedRecord({ number, idDigest, projectId, erasedAt: receivedAt, changed }: NumberedErasure): FeedRecord | undefined {
    const position = String(number);
    if (changed === undefined) return { kind: 'erased', position, receivedAt, idDigest, projectId };
    const event = this.repository.recordOf(changed);
    return event && { kind: 'changed', position, receivedAt, event: storedEvent(event) };
  }
}

function storedRecord({ number, event }: NumberedEvent): FeedRecord {
  return { kind: 'stored', position: String(number), receivedAt: event.receivedAt, event: storedEvent(event) };
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventFeed follows InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` a feed of its own.`;
}
