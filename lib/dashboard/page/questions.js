import { is, whereOf } from './filters.js';

const TOP = 10;
const PAGE = 50;
const MAX_ROWS = 10_000;
const MAX_CHOICES = 1_000;
const NO_FILTERS = { properties: [] };
const COUNT = { type: 'aggregation', aggregation: 'count', field: 'id' };
const NEWEST_FIRST = [{ field: 'createdAt', direction: 'desc' }];
const OF_EVENT = [
  'id',
  'createdAt',
  'eventType',
  'type',
  'messageId',
  'conversationId',
  'searchQuery',
  'projectId',
  'userKey',
  'fields',
];

const field = (name) => ({ type: 'field', field: name });

/** Events by bucket and entity type. */
export function overTime(filters, period, unit) {
  return {
    select: [{ type: 'time', timeUnit: unit, field: 'createdAt' }, COUNT],
    groupBy: [{ field: 'eventType', includeInSelect: true }],
    where: whereOf(filters, period),
    orderBy: [{ field: `createdAt_${unit}`, direction: 'asc' }],
    timezone: filters.timezone,
    limit: MAX_ROWS,
  };
}

/** The entity types and projects that there are to choose among, whatever the other filters are. */
export function choices(period) {
  return {
    select: [COUNT],
    groupBy: ['eventType', 'projectId'].map((name) => ({ field: name, includeInSelect: true })),
    where: whereOf(NO_FILTERS, period),
    orderBy: [{ field: 'count_id', direction: 'desc' }],
    limit: MAX_CHOICES,
  };
}

/** The most frequent values of a field, with how many events each has. */
export function top(name, filters, period, conditions = [], limit = TOP) {
  return {
    select: [COUNT],
    groupBy: [{ field: name, includeInSelect: true }],
    where: whereOf(filters, period, ...conditions),
    orderBy: [{ field: 'count_id', direction: 'desc' }],
    limit,
  };
}

export const SEARCHES = [is('eventType', 'eq', 'search'), is('type', 'eq', 'search_query_submitted')];
export const FAILED_SEARCHES = [
  is('eventType', 'eq', 'search'),
  is('type', 'eq', 'search_query_response_received'),
  is('properties', 'eq', { path: ['totalResults'], value: 0 }),
];

/** How many people there were a week. */
export function people(filters, period) {
  return {
    select: [
      { type: 'time', timeUnit: 'week', field: 'createdAt' },
      { type: 'aggregation', aggregation: 'countDistinct', field: 'userKey' },
    ],
    where: whereOf(filters, period),
    timezone: filters.timezone,
  };
}

export function propertyKeys(document, filters, period) {
  return { field: document, where: whereOf(filters, period) };
}

export function propertyValues({ document, key }, filters, period) {
  return { field: document, key, limit: TOP, where: whereOf(filters, period) };
}

export function newest(filters, period, cursor) {
  return {
    select: OF_EVENT.map(field),
    where: whereOf(filters, period),
    orderBy: NEWEST_FIRST,
    limit: PAGE,
    ...(cursor && { cursor }),
  };
}

/** Whether the key may read, and whether there is any event at all. */
export function anyEvent() {
  return { select: [field('id')], orderBy: NEWEST_FIRST, limit: 1 };
}

/** Whole events, as no columns are selected. */
export function exported(filters, period) {
  return { where: whereOf(filters, period) };
}
