import type {
  AggregateExpression,
  Condition,
  EventQuery,
  Operand,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
import { timeOrDateOf } from './literal.js';
import { RequestNode } from './request-node.js';
import { type Scoped, scopedTo } from './scoped.js';
import { isReversed } from './time-range.js';

const DAY = 86_400_000;
const TOP_DAYS = 30;
const WEEKLY_DAYS = 90;
/** The most that one answer of a reader has. */
const MAX_GROUPS = 10_000;
/** What the widget logs about a search that it has logged already. */
const ABOUT_A_SEARCH = ['search_query_response_received', 'search_result_clicked'];

/** What searches are asked by; `project_id` is how the SDK names the project. */
export const SEARCHES_MEMBERS = ['after', 'projectId', 'project_id'];

/** How often each text was searched for. */
export function parseTopSearches(request: unknown, scope: ReadScope): EventQuery {
  const { scope: narrowed, where } = searchesOf(request, scope, TOP_DAYS);
  const text = { kind: 'field', operand: { field: 'searchQuery' } } as const;
  const count: AggregateExpression = { kind: 'aggregate', aggregate: 'count' };
  const isSearch: Condition = { not: { operand: { field: 'type' }, operator: 'in', values: ABOUT_A_SEARCH } };
  return {
    scope: narrowed,
    where: { and: [where, isSearch] },
    select: [text, count],
    groupBy: [text],
    orderBy: [{ by: count, direction: 'desc' }],
    limit: MAX_GROUPS,
    counted: false,
  };
}

/** How many people searched, a week each. */
export function parseWeeklyUsers(request: unknown, scope: ReadScope): EventQuery {
  const week = { kind: 'time', unit: 'week', timezone: 'UTC' } as const;
  const users: Operand = { field: 'userKey' };
  const select = [week, { kind: 'aggregate', aggregate: 'countDistinct', operand: users }] as const;
  const question = searchesOf(request, scope, WEEKLY_DAYS);
  return { ...question, select, groupBy: [week], orderBy: [{ by: week, direction: 'asc' }], limit: MAX_GROUPS, counted: false };
}

function searchesOf(request: unknown, scope: ReadScope, days: number): Scoped {
  const node = new RequestNode(request);
  const isKnown = node.isObjectOf(SEARCHES_MEMBERS);
  const after = afterOf(node.at('after')) ?? new Date(Date.now() - days * DAY).toISOString();
  const projectId = projectIdOf(node.at('projectId'), node.at('project_id'));
  if (!isKnown || node.report.hasFaults) throw node.report.refusal;
  const where: Condition = { operand: { field: 'createdAt' }, operator: 'gte', value: after };
  return scopedTo({ scope, where }, { projectId, entityTypes: ['search'] });
}

function projectIdOf(ours: RequestNode, theirs: RequestNode): string | undefined {
  if (ours.isAbsent || theirs.isAbsent || ours.value === theirs.value) {
    return (theirs.isAbsent ? ours : theirs).optional((name) => name.text());
  }
  return ours.refuse('must not differ from project_id, which says the same');
}

/** The range ends now. A day more, as clocks differ, and as it is tomorrow already in some places. */
function afterOf(node: RequestNode): string | undefined {
  const after = node.optional(timeOrDateOf);
  if (!isReversed(after, new Date(Date.now() + DAY).toISOString())) return after;
  return node.refuse('must not be in the future: what is asked for is from then until now');
}
