import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../events/event.interface.js';
import { storedEvent } from '../events/stored-event.js';
import { EventReader } from './event-reader.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventRepository } from './in-memory-event.repository.js';
import { answerInMemory, keysInMemory, matching } from './reading/answer-in-memory.js';
import type {
  Condition,
  EventListing,
  EventPage,
  EventQuery,
  KeyCount,
  KeyQuery,
  QueryResult,
  ReadOptions,
  ReadScope,
} from './reading/event-query.interface.js';
import { GroupValues } from './reading/group-values.js';
import { IDENTITY, inOrder, sortKeysOf } from './reading/group-sort-keys.js';
import { sortedPage } from './reading/sorted-page.js';

const ALL: Condition = { and: [] };

/** Reads the events of `InMemoryEventRepository`, each of them for each question. */
@Injectable()
export class InMemoryEventReader extends EventReader {
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    this.repository = checked(repository);
  }

  override async find(id: string, scope: ReadScope, options: ReadOptions): Promise<StoredEvent[]> {
    return this.matching(scope, ALL, options).filter((event) => event.id === id);
  }

  override async list({ scope, where, limit, after }: EventListing, options: ReadOptions): Promise<EventPage<StoredEvent>> {
    const groups = this.matching(scope, where, options).map((event) => [event]);
    const keys = sortKeysOf(new GroupValues([]), inOrder(IDENTITY, 'desc'));
    const { rows, next } = sortedPage(groups, keys, limit, after);
    return { events: rows.flat(), next };
  }

  override async query(query: EventQuery, options: ReadOptions): Promise<QueryResult> {
    return answerInMemory(this.repository.events, query, options);
  }

  override async keys(query: KeyQuery, options: ReadOptions): Promise<KeyCount[]> {
    return keysInMemory(this.repository.events, query, options);
  }

  private matching(scope: ReadScope, where: Condition, options: ReadOptions): StoredEvent[] {
    return matching(this.repository.events, scope, where, options).map(storedEvent);
  }
}

function checked(repository: EventRepository): InMemoryEventRepository {
  if (repository instanceof InMemoryEventRepository) return repository;
  throw new TypeError(
    `InMemoryEventReader reads InMemoryEventRepository alone, got ${repository.constructor.name}: give \`storage\` the EventReader of that store, { repository, reader }.`,
  );
}
