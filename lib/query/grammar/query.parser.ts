import { keysetOf } from '../query-cursor.js';
import type { EventQuery, ReadScope } from '../../storage/reading/event-query.interface.js';
import { isTimeZone } from '../../storage/reading/time-zone.js';
import type { Column } from './column.js';
import { FilterParser } from './filter.parser.js';
import { orderOf } from './order.parser.js';
import { RequestNode, RequestReport } from './request-node.js';
import { type Scoped, scopedTo } from './scoped.js';
import { shapeOf } from './shape.parser.js';
import { EVENTS_VIEW } from './views/events.view.js';
import type { QueryView } from './views/query-view.interface.js';

const MAX_ROWS = 10_000;
const DEFAULT_ROWS = 1_000;
const MAX_TEXT = 1_000;
const MEMBERS = ['select', 'groupBy', 'where', 'entityType', 'orderBy', 'notes', 'timezone', 'limit'];

/** What is asked of the reader for one answer, without a page of it. */
export type Question = Pick<EventQuery, 'scope' | 'where' | 'select' | 'groupBy' | 'orderBy'>;

/** A question, and how the rows call what it selects. */
export interface PlannedQuestion {
  readonly question: Question;
  /** In the order of `select`. */
  readonly columns: readonly Column[];
}

/** A page of the answer. */
export interface PlannedQuery extends PlannedQuestion {
  readonly view: QueryView;
  readonly query: EventQuery;
}

/** Throws `InvalidQueryException` where the request is no query of this view. */
export function parseQuery(request: unknown, scope: ReadScope, view = EVENTS_VIEW): PlannedQuery {
  const node = new RequestNode(request, new RequestReport(view));
  const planned = isRequest(node, 'cursor') ? questionOf(node, scope) : undefined;
  const limit = node.at('limit').integer(1, MAX_ROWS, DEFAULT_ROWS);
  const cursor = node.at('cursor').optional((cursor) => cursor.text());
  if (planned === undefined || limit === undefined || node.report.hasFaults) throw node.report.refusal;
  const after = cursor === undefined ? undefined : keysetOf(ofView(view, planned.question), cursor);
  return { ...planned, view, query: { ...planned.question, limit, after, counted: true } };
}

/** The same of all rows: `limit` may be absent. */
export function parseExport(request: unknown, scope: ReadScope): PlannedQuestion & { limit: number } {
  const node = new RequestNode(request);
  const planned = isRequest(node) ? questionOf(node, scope) : undefined;
  const limit = node.at('limit').integer(1, Number.MAX_SAFE_INTEGER, Infinity);
  if (planned === undefined || limit === undefined || node.report.hasFaults) throw node.report.refusal;
  return { ...planned, limit };
}

/** What the cursor of a page is made for: a question to a view. */
export function ofView({ records }: QueryView, question: Question): object {
  return { records, ...question };
}

function isRequest(node: RequestNode, ...more: readonly string[]): boolean {
  const { view } = node.report;
  const members = MEMBERS.filter((member) => member !== 'entityType' || view.hasEntityTypes);
  return node.isObjectOf([...members, ...more], view.hints);
}

function questionOf(node: RequestNode, scope: ReadScope): PlannedQuestion | undefined {
  node.at('notes').optional((notes) => notes.text(MAX_TEXT));
  const scoped = scopedFilterOf(node, scope);
  const shape = shapeOf(node, timezoneOf(node.at('timezone')));
  const orderBy = shape && orderOf(node.at('orderBy'), shape);
  if (scoped === undefined || shape === undefined || orderBy === undefined) return undefined;
  const groupBy = shape.groups?.map(({ expression }) => expression);
  const select = shape.columns.map(({ expression }) => expression);
  return { question: { ...scoped, select, groupBy, orderBy }, columns: shape.columns };
}

/** Of `where` and `entityType`. */
export function scopedFilterOf(node: RequestNode, scope: ReadScope): Scoped | undefined {
  const where = new FilterParser(node.at('where')).parse();
  const entityType = node.at('entityType').optional((name) => name.filledText());
  return where && scopedTo({ scope, where }, { ...(entityType !== undefined && { entityTypes: [entityType] }) });
}

function timezoneOf(node: RequestNode): string {
  if (node.isAbsent) return 'UTC';
  const timezone = node.text(MAX_TEXT);
  if (timezone !== undefined && !isTimeZone(timezone)) node.refuse('must be an IANA time zone, such as Europe/Berlin');
  return timezone ?? 'UTC';
}
