import { userKey } from '../../events/user-key.js';
import type { Condition, EventListing, ReadScope } from '../../storage/reading/event-query.interface.js';
import { keysetOf } from '../query-cursor.js';
import { timeOrDateOf } from './literal.js';
import { RequestNode } from './request-node.js';
import { type Scoped, scopedTo } from './scoped.js';
import { isReversed } from './time-range.js';

const MAX_EVENTS = 1_000;
const DEFAULT_EVENTS = 50;
/** What a listing is asked by. */
export const LISTING_MEMBERS = ['entityType', 'type', 'from', 'to', 'projectId', 'integrationId', 'userId', 'limit', 'cursor'];

/** A page of events, and what its cursor is made for. */
export interface PlannedListing {
  readonly question: Scoped;
  readonly listing: EventListing;
}

/** Of a filter with its page, or of the parameters of a URL. Throws `InvalidQueryException` where they are none. */
export function parseListing(request: unknown, scope: ReadScope): PlannedListing {
  const node = new RequestNode(request);
  const question = node.isObjectOf(LISTING_MEMBERS) ? scopedListingOf(node, scope) : undefined;
  const limit = limitOf(node.at('limit'));
  const cursor = node.at('cursor').optional(text);
  if (question === undefined || limit === undefined || node.report.hasFaults) throw node.report.refusal;
  const after = cursor === undefined ? undefined : keysetOf(question, cursor);
  return { question, listing: { ...question, limit, after } };
}

/** An integer, or its digits. */
function limitOf(node: RequestNode): number | undefined {
  const isText = typeof node.value === 'string' && /^\d{1,9}$/.test(node.value);
  const given = isText ? node.as(Number(node.value)) : node;
  return given.integer(1, MAX_EVENTS, DEFAULT_EVENTS);
}

function scopedListingOf(node: RequestNode, scope: ReadScope): Scoped {
  const projectId = node.at('projectId').optional(textOrNull);
  const integrationId = node.at('integrationId').optional(textOrNull);
  const entityType = node.at('entityType').optional((name) => name.filledText());
  const where: Condition[] = [...conditionsOf(node)];
  if (integrationId === null) where.push({ operand: { field: 'integrationId' }, operator: 'isNull' });
  return scopedTo(
    { scope, where: { and: where } },
    {
      projectId,
      ...(integrationId !== null && { integrationId }),
      ...(entityType !== undefined && { entityTypes: [entityType] }),
    },
  );
}

function* conditionsOf(node: RequestNode): Iterable<Condition> {
  const type = node.at('type').optional(text);
  if (type !== undefined) yield { operand: { field: 'type' }, operator: 'in', values: [type] };
  const from = node.at('from').optional(timeOrDateOf);
  if (from !== undefined) yield { operand: { field: 'createdAt' }, operator: 'gte', value: from };
  const to = node.at('to').optional(timeOrDateOf);
  if (to !== undefined) yield { operand: { field: 'createdAt' }, operator: 'lt', value: to };
  if (isReversed(from, to)) node.at('from').refuse('must not be later than to');
  const userId = node.at('userId').optional(userIdOf);
  if (userId !== undefined) yield { operand: { field: 'userKey' }, operator: 'in', values: [userKey(userId)] };
}

function text(node: RequestNode): string | undefined {
  return node.text();
}

export function textOrNull(node: RequestNode): string | null | undefined {
  return node.value === null ? null : node.text();
}

function userIdOf(node: RequestNode): string | number | undefined {
  if (node.value === '') return node.refuse('must not be empty: leave it out for everybody');
  return typeof node.value === 'number' && Number.isFinite(node.value) ? node.value : node.text();
}
