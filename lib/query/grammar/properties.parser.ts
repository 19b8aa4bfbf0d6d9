import type {
  Condition,
  EventQuery,
  FieldExpression,
  JsonField,
  KeyQuery,
  ReadScope,
} from '../../storage/reading/event-query.interface.js';
import { scopedFilterOf } from './query.parser.js';
import { RequestNode } from './request-node.js';
import type { Scoped } from './scoped.js';
import { JSON_FIELDS } from './view-fields.js';

const MAX = 10_000;
const DEFAULT_VALUES = 100;
const MEMBERS = ['field', 'views', 'where', 'entityType', 'limit'];
const VIEWS = { events_view: true, conversations_view: true, semantic_threads_view: true, feedback_view: true };

/** Undefined where the request is about no events. Throws `InvalidQueryException` where it is none. */
export function parsePropertyKeys(request: unknown, scope: ReadScope): KeyQuery | undefined {
  const node = new RequestNode(request);
  const asked = node.isObjectOf(MEMBERS, node.report.view.hints) ? askedOf(node, scope, MAX) : undefined;
  if (node.report.hasFaults) throw node.report.refusal;
  return asked;
}

/** The same of the values of a key, and how many events have each. */
export function parsePropertyValues(request: unknown, scope: ReadScope): EventQuery | undefined {
  const node = new RequestNode(request);
  const key = node.at('key').text();
  const asked = node.isObjectOf([...MEMBERS, 'key'], node.report.view.hints) ? askedOf(node, scope, DEFAULT_VALUES) : undefined;
  if (key === undefined || node.report.hasFaults) throw node.report.refusal;
  return asked && valuesOf(asked, key);
}

function askedOf(node: RequestNode, scope: ReadScope, ofDefault: number): KeyQuery | undefined {
  const field = node.at('field').oneOf<JsonField>(JSON_FIELDS);
  const limit = node.at('limit').integer(1, MAX, ofDefault);
  const isOfEvents = viewsOf(node.at('views')).includes('events_view');
  // The filter of another view has fields of its own.
  const scoped: Scoped | undefined = isOfEvents ? scopedFilterOf(node, scope) : undefined;
  return scoped && field && limit ? { ...scoped, field, limit } : undefined;
}

function viewsOf(node: RequestNode): readonly (string | undefined)[] {
  if (node.isAbsent) return Object.keys(VIEWS);
  return node.items(MAX)?.map((view) => view.oneOf(VIEWS)) ?? [];
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
