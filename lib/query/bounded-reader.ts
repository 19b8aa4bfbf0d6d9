import { Injectable } from '@nestjs/common';
import { Observation } from '../diagnostics/observation.js';
import type { StoredEvent } from '../events/event.interface.js';
import { Slots } from '../http/slots.js';
import { UnavailableException } from '../http/unavailable.exception.js';
import { EventReader } from '../storage/event-reader.js';
import type {
  EventListing,
  EventPage,
  EventQuery,
  KeyCount,
  KeyQuery,
  Keyset,
  QueryResult,
  ReadOptions,
  ReadScope,
} from '../storage/reading/event-query.interface.js';
import { QueryRefusal } from '../storage/reading/query-refusal.js';
import { InvalidQueryException } from './invalid-query.exception.js';
import { invalidCursor } from './query-cursor.js';
import { QuerySettings } from './query-settings.js';

/** The reader of the store: few queries at once, each in its time, and what it refuses is the caller's to mend. */
@Injectable()
export class BoundedReader {
  private readonly slots: Slots;

  constructor(
    private readonly reader: EventReader,
    private readonly settings: QuerySettings,
    private readonly observation: Observation,
  ) {
    this.slots = new Slots(settings.maxQueries, tooMany);
  }

  find(id: string, scope: ReadScope, signal?: AbortSignal): Promise<StoredEvent[]> {
    return this.run('find', (options) => this.reader.find(id, scope, options), signal);
  }

  list(listing: EventListing, signal?: AbortSignal): Promise<EventPage<StoredEvent>> {
    return this.run('list', (options) => this.reader.list(listing, options), signal, listing.after);
  }

  lines(listing: EventListing, signal?: AbortSignal): Promise<EventPage<string>> {
    return this.run('lines', (options) => this.reader.lines(listing, options), signal, listing.after);
  }

  query(query: EventQuery, signal?: AbortSignal): Promise<QueryResult> {
    return this.run('query', (options) => this.reader.query(query, options), signal, query.after);
  }

  keys(query: KeyQuery, signal?: AbortSignal): Promise<KeyCount[]> {
    return this.run('keys', (options) => this.reader.keys(query, options), signal);
  }

  asOf(): Promise<string | undefined> | undefined {
    return this.reader.asOf?.();
  }

  /** Of whatever is read in these limits. */
  run<T>(operation: string, read: (options: ReadOptions) => Promise<T>, signal?: AbortSignal, after?: Keyset): Promise<T> {
    const { observer } = this.observation;
    const run = () => this.runInTurn(read, signal, after);
    return observer === undefined ? run() : observer.read(operation, run);
  }

  private async runInTurn<T>(read: (options: ReadOptions) => Promise<T>, signal?: AbortSignal, after?: Keyset): Promise<T> {
    await this.slots.take(signal);
    try {
      return await read({ timeoutMs: this.settings.queryTimeout, signal });
    } catch (error) {
      throw answerable(error, after);
    } finally {
      this.slots.free();
    }
  }
}

function answerable(error: unknown, after?: Keyset): unknown {
  // Not 503, which clients of the SDK repeat for an hour.
  if (error instanceof QueryRefusal) return new InvalidQueryException([{ pointer: '#', detail: error.message }]);
  // So readers refuse a keyset that they did not make.
  return after !== undefined && error instanceof RangeError ? invalidCursor() : error;
}

function tooMany(): UnavailableException {
  return new UnavailableException(
    'Too many queries are running right now; send it again later',
    new Error('Too many queries at once (`maxQueries`)'),
  );
}
