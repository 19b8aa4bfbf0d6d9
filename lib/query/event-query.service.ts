import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EventDto } from '../events/entity-types/event.dto.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import type { StoredEvent } from '../events/event.interface.js';
import { storableText } from '../events/storable-text.js';
import { flatEvent } from '../events/stored-event.js';
import type { EventOf } from '../events/typed-event.js';
import { BoundedReader } from './bounded-reader.js';
import { type ExportPages, exportOf } from './event-export.js';
import type { EventFilter, EventFilterOf, PageRequest, ReadingOptions } from './event-filter.interface.js';
import { type FindArguments, findArgumentsOf } from './find-arguments.js';
import { parseListing } from './grammar/listing.parser.js';
import { isPlainObject } from './grammar/request-node.js';
import { parsePropertyKeys, parsePropertyValues } from './grammar/properties.parser.js';
import { ofView, parseQuery } from './grammar/query.parser.js';
import { EVERY, NONE, scopedTo } from './grammar/scoped.js';
import { parseTopSearches, parseWeeklyUsers } from './grammar/searches.parser.js';
import { InvalidQueryException } from './invalid-query.exception.js';
import { eventsOf, pageOf, rowsOf } from './paging.js';
import { PropertyLists } from './property-lists.js';
import type { PropertyKeysRequest, PropertyValuesRequest } from './property-request.interface.js';
import type {
  EventExport,
  EventsPage,
  PropertyList,
  QueryPage,
  SearchStatistics,
  TopSearchQuery,
  WeeklySearchUsers,
  WireRow,
} from './query-answer.interface.js';
import { cursorOf } from './query-cursor.js';
import type { ExportRequest, QueryRequest, SearchesRequest } from './query-request.interface.js';
import { readingOptions } from './reading-options.js';
import { topSearches } from './top-searches.js';
import { wireRow } from './wire-row.js';

/**
 * Reads events from the host's own code: what the read routes answer. Each method throws `InvalidQueryException` with field errors
 * where the request is none or takes longer than `queryTimeout`, and `ServiceUnavailableException` where the store can't be reached,
 * or too many queries run at once. Without a `scope`, events of all projects are read.
 */
@Injectable()
export class EventQueryService {
  @Inject(BoundedReader) private readonly reader!: BoundedReader;
  @Inject(ModuleRef) private readonly modules!: ModuleRef;
  @Inject(EntityTypeRegistry) private readonly entityTypes!: EntityTypeRegistry;

  /**
   * The event with an id; undefined where the scope has none. Without a project, an id that events of several projects have is refused.
   *
   * @example
   * ```ts
   * const event = await this.events.find('0193a5a0-0000-7000-8000-000000000001', 'shop');
   * ```
   */
  find(id: string, projectId?: string | null, options?: ReadingOptions): Promise<StoredEvent | undefined>;
  /** The same of one entity type, typed by its class: its own fields stand flat. */
  find<Dto extends EventDto>(
    entityType: Type<Dto>,
    id: string,
    projectId?: string | null,
    options?: ReadingOptions,
  ): Promise<EventOf<Dto> | undefined>;
  async find(...given: FindArguments): Promise<StoredEvent | undefined> {
    const { id, projectId, entityType, options } = findArgumentsOf(given);
    const { scope, signal } = readingOptions(options);
    if (typeof id !== 'string') throw new InvalidQueryException([{ pointer: '#/id', detail: 'id must be a string' }]);
    const entityTypes = entityType && [this.entityTypes.nameOf(entityType)];
    const scoped = scopedTo({ scope, where: EVERY }, { projectId, entityTypes });
    if (scoped.where === NONE) return undefined;
    const [event, other] = await this.reader.find(storableText(id), scoped.scope, signal);
    if (other !== undefined) throw ofSeveralProjects();
    return event && (entityType ? flatEvent(event) : event);
  }

  /**
   * A page of events, the newest first. Pages leave no event out and repeat none, however many are stored meanwhile.
   *
   * @example
   * ```ts
   * const { data, nextCursor } = await this.events.list({ type: 'order.completed', from: '2026-01-01' }, { limit: 100 });
   * ```
   */
  list(filter?: EventFilter, page?: PageRequest, options?: ReadingOptions): Promise<EventsPage<StoredEvent>>;
  /**
   * The same of one entity type, typed by its class: its own fields stand flat.
   *
   * @example
   * ```ts
   * const { data: orders } = await this.events.list({ entityType: OrderEventDto, userId: user.id });
   * ```
   */
  list<Dto extends EventDto>(
    filter: EventFilterOf<Dto>,
    page?: PageRequest,
    options?: ReadingOptions,
  ): Promise<EventsPage<EventOf<Dto>>>;
  async list(
    filter: EventFilter | EventFilterOf<EventDto> = {},
    page: PageRequest = {},
    options?: ReadingOptions,
  ): Promise<EventsPage<StoredEvent>> {
    const { scope, signal } = readingOptions(options);
    const { question, listing } = parseListing(this.named(joined(filter, page)), scope);
    // Before the page: what is read is no older.
    const asOf = await this.reader.asOf();
    const { events, next } = await pageOf(this.reader, listing, signal);
    const data = isTyped(filter) ? events.map(flatEvent) : [...events];
    return { data, nextCursor: cursorOf(question, next), ...(asOf !== undefined && { asOf }) };
  }

  /**
   * All events of a filter, the newest first. One page of them is held in memory; leave the loop when you have enough.
   *
   * @example
   * ```ts
   * for await (const order of this.events.iterate({ entityType: OrderEventDto })) total += order.totalCents;
   * ```
   */
  iterate(filter?: EventFilter, options?: ReadingOptions): AsyncIterableIterator<StoredEvent>;
  iterate<Dto extends EventDto>(filter: EventFilterOf<Dto>, options?: ReadingOptions): AsyncIterableIterator<EventOf<Dto>>;
  async *iterate(
    filter: EventFilter | EventFilterOf<EventDto> = {},
    options?: ReadingOptions,
  ): AsyncIterableIterator<StoredEvent> {
    const { scope, signal } = readingOptions(options);
    const { question } = parseListing(this.named(filter), scope);
    for await (const event of eventsOf(this.reader, question, signal)) yield isTyped(filter) ? flatEvent(event) : event;
  }

  /**
   * A page of the answer to a query.
   *
   * @example
   * ```ts
   * const { result } = await this.events.query({
   *   select: [{ type: 'time', timeUnit: 'day' }, { type: 'aggregation', aggregation: 'count' }],
   *   where: { condition: { field: 'type', operator: 'eq', value: 'order.completed' } },
   *   timezone: 'Europe/Berlin',
   * });
   * // [{ createdAt_day: '2026-01-30T23:00:00.000Z', count: 42 }, …]
   * ```
   */
  async query(request: QueryRequest = {}, options?: ReadingOptions): Promise<QueryPage> {
    const { scope, signal } = readingOptions(options);
    const { query, question, columns, view } = parseQuery(this.named(request), scope);
    const asOf = await this.reader.asOf();
    const { rows, total = rows.length, next } = await rowsOf(this.reader, query, signal);
    const result = rows.map((row) => wireRow(columns, row));
    const page = {
      result,
      total,
      pageSize: query.limit,
      count: result.length,
      nextCursor: cursorOf(ofView(view, question), next),
    };
    return asOf === undefined ? page : { ...page, asOf };
  }

  /** All rows of the answer to a query; of whole JSON fields a column a key, unless their `mode` is `json`. */
  async export(request: ExportRequest = {}, options?: ReadingOptions): Promise<EventExport> {
    const pages = await exportOf(this.named(request), this.reader, options);
    return { columns: pages.columns.names, rows: rowsOfExport(pages) };
  }

  /** The keys at the top of a JSON field, of events unless `views` names others. */
  async propertyKeys(request: PropertyKeysRequest, options?: ReadingOptions): Promise<PropertyList> {
    const { scope, signal } = readingOptions(options);
    const question = parsePropertyKeys(this.named(request), scope);
    return new PropertyLists(this.reader, this.modules, signal).keys(question);
  }

  /** The values of a key at the top of a JSON field, as text: JSON of what is none. */
  async propertyValues(request: PropertyValuesRequest, options?: ReadingOptions): Promise<PropertyList> {
    const { scope, signal } = readingOptions(options);
    const question = parsePropertyValues(this.named(request), scope);
    return new PropertyLists(this.reader, this.modules, signal).values(question);
  }

  /**
   * The 100 most frequent searches, by default of the last 30 days. What a widget logs of answers and clicks counts for none. `total` is
   * how many different ones there are, 10,000 at most.
   */
  async topSearchQueries(request: SearchesRequest = {}, options?: ReadingOptions): Promise<SearchStatistics<TopSearchQuery>> {
    const { scope, signal } = readingOptions(options);
    const { rows } = await this.reader.query(parseTopSearches(request, scope), signal);
    return topSearches(rows);
  }

  /** How many people searched in each week that has searches, by default of the last 90 days. */
  async weeklySearchUsers(request: SearchesRequest = {}, options?: ReadingOptions): Promise<SearchStatistics<WeeklySearchUsers>> {
    const { scope, signal } = readingOptions(options);
    const { rows } = await this.reader.query(parseWeeklyUsers(request, scope), signal);
    const result = rows.map(([week, users]) => ({ week: String(week), unique_users: String(users) }));
    return { result, total: result.length };
  }

  /** A request with the name of an entity type in place of its class. Anything else is up to the grammar. */
  private named(request: unknown): unknown {
    if (!isTyped(request)) return request;
    return { ...request, entityType: this.entityTypes.nameOf(request.entityType) };
  }
}

async function* rowsOfExport({ columns, pages }: ExportPages): AsyncGenerator<WireRow, void, undefined> {
  for await (const page of pages) for (const cells of page) yield columns.rowOf(cells);
}

/** A filter and its page, or the one that is no object. */
function joined(filter: object, page: object): unknown {
  if (!isPlainObject(filter)) return filter;
  return isPlainObject(page) ? { ...filter, ...page } : page;
}

function isTyped(request: unknown): request is { entityType: Type<EventDto> } {
  return typeof request === 'object' && request !== null && 'entityType' in request && typeof request.entityType === 'function';
}

function ofSeveralProjects(): InvalidQueryException {
  const detail = 'projectId must be given: events of several projects have this id';
  return new InvalidQueryException([{ pointer: '#/projectId', detail }]);
}
