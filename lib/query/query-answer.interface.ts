/** A value of a row: aggregates are numbers, all else is text, and whole JSON fields are objects of texts. */
export type WireValue = string | number | null | { [key: string]: string };

/** A row by its keys: those of the columns, without most that are null. */
export type WireRow = { [key: string]: WireValue };

/** A page of the answer to a query. */
export interface QueryPage {
  result: WireRow[];
  /** Rows on all pages. */
  total: number;
  /** The `limit` in force. */
  pageSize: number;
  /** Rows on this page. */
  count: number;
  /** Null: this is the last page. */
  nextCursor: string | null;
  /** Where a copy was read: about up to when what was received is in it, RFC 3339 in UTC. */
  asOf?: string;
}

/** A page of events, the newest first. */
export interface EventsPage<Event> {
  data: Event[];
  /** Null: this is the last page. */
  nextCursor: string | null;
  /** Where a copy was read: about up to when what was received is in it, RFC 3339 in UTC. */
  asOf?: string;
}

/** The keys of a JSON field or the values of a key, the most frequent first. */
export interface PropertyList {
  results: string[];
  /** How many events have each, in the same order. */
  counts: number[];
}

/** Statistics of searches; the SDK's clients expect counts as text. */
export interface SearchStatistics<Row> {
  result: Row[];
  total: number;
}

export interface TopSearchQuery {
  search_query: string;
  count: string;
}

export interface WeeklySearchUsers {
  /** The Monday, 00:00 UTC, as RFC 3339. */
  week: string;
  unique_users: string;
}

/** All that answers a request, row by row. */
export interface EventExport {
  columns: string[];
  /** Two pages at most are held in memory. What fails on the way rejects `next()`; `return()` ends it. */
  rows: AsyncIterable<WireRow>;
}
