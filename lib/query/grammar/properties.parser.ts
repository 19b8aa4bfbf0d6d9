import type {
  Condition,
  EventQuery,
  FieldExpression,
  JsonField,
  KeyQuery,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
import { scopedFilterOf } from './query.parser.js';
import { RequestNode, RequestReport } from './request-node.js';
import type { Scoped } from './scoped.js';
import { JSON_FIELDS } from './view-fields.js';
import { CONVERSATIONS_VIEW } from './views/conversations.view.js';
import { EVENTS_VIEW } from './views/events.view.js';
import { FEEDBACK_VIEW } from './views/feedback.view.js';
import type { QueryView } from './views/query-view.interface.js';

const MAX = 10_000;
const DEFAULT_VALUES = 100;
const MEMBERS = ['field', 'views', 'where', 'limit'];

/** By the names that clients have for them. Of semantic threads, nothing is kept. */
const VIEWS = {
  events_view: EVENTS_VIEW,
  conversations_view: CONVERSATIONS_VIEW,
  semantic_threads_view: undefined,
  feedback_view: FEEDBACK_VIEW,
};

/** What is asked of each view, and how many are answered in all. */
export interface PropertyQuestion<Query> {
  readonly limit: number;
  readonly asked: readonly { readonly view: QueryView; readonly query: Query }[];
}

/** Of no view, where the request is about none that is kept. Throws `InvalidQueryException` where it is none. */
export function parsePropertyKeys(request: unknown, scope: ReadScope): PropertyQuestion<KeyQuery> {
  return questionOf(new RequestNode(request), scope, MEMBERS, MAX);
}

/** The same of the values of a key, and how many records have each. */
export function parsePropertyValues(request: unknown, scope: ReadScope): PropertyQuestion<EventQuery> {
  const node = new RequestNode(request);
  const key = node.at('key').text();
  const { limit, asked } = questionOf(node, scope, [...MEMBERS, 'key'], DEFAULT_VALUES);
  return { limit, asked: asked.map(({ view, query }) => ({ view, query: valuesOf(query, key!) })) };
}

function questionOf(
  node: RequestNode,
  scope: ReadScope,
  members: readonly string[],
  ofDefault: number,
): PropertyQuestion<KeyQuery> {
  const field = node.at('field').oneOf<JsonField>(JSON_FIELDS);
  const limit = node.at('limit').integer(1, MAX, ofDefault);
  const views = viewsOf(node.at('views'));
  node.isObjectOf([...members, 'entityType'], node.report.view.hints);
  const other = views.find(({ fields }) => field !== undefined && !Object.hasOwn(fields, field));
  if (other !== undefined) node.at('field').refuse(`must be properties or userProperties of ${other.records}`);
  if (field === undefined || limit === undefined || node.report.hasFaults) throw node.report.refusal;
  // What several views have in common is at the top of none of them, if it is rare in each.
  const perView = views.length > 1 ? MAX : limit;
  const asked = views.map((view) => ({ view, query: { ...filterOf(node.value, scope, view, members), field, limit: perView } }));
  return { limit, asked };
}

function viewsOf(node: RequestNode): readonly QueryView[] {
  if (node.isAbsent) return [EVENTS_VIEW];
  const names = node.items(MAX)?.map((view) => view.oneOf(VIEWS)) ?? [];
  return [...new Set(names)].flatMap((name) => (name && VIEWS[name]) ?? []);
}

/** By the fields of the view, which no other has. */
function filterOf(request: unknown, scope: ReadScope, view: QueryView, members: readonly string[]): Scoped {
  const node = new RequestNode(request, new RequestReport(view));
  const scoped = scopedFilterOf(node, scope);
  if (!view.hasEntityTypes) node.isObjectOf(members, view.hints);
  if (scoped === undefined || node.report.hasFaults) throw node.report.refusal;
  return scoped;
}

function valuesOf({ scope, where, field, limit }: KeyQuery, key: string): EventQuery {
  const value: FieldExpression = { kind: 'field', operand: { field, path: [key] } };
  const count = { kind: 'aggregate', aggregate: 'count' } as const;
  const isThere: Condition = { not: { operand: value.operand, operator: 'isNull' } };
  return {
    scope,
    where: { and: [where, isThere] },
    select: [value, count],
    groupBy: [value],
    orderBy: [{ by: count, direction: 'desc' }],
    limit,
    counted: false,
  };
}
