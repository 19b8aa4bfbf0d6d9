import type { EventRecord, JsonObject, JsonValue } from '../../events/event.interface.js';
import type {
  AggregateExpression,
  Aggregate,
  Comparison,
  Condition,
  EventQuery,
  FieldExpression,
  JsonField,
  Operand,
  QueryResult,
  ReadOptions,
  ReadScope,
  TextField,
  TimeExpression,
  TimeUnit,
} from '../../storage/reading/event-query.interface.js';
import type { EventReaderFixture } from './event-reader.case.js';

export const OPTIONS: ReadOptions = { timeoutMs: 60_000 };
export const ALL: Condition = { and: [] };

export const isNull: Comparison = { operator: 'isNull' };
export const isIn = (...values: JsonValue[]): Comparison => ({ operator: 'in', values });
export const gt = (value: string | number): Comparison => ({ operator: 'gt', value });
export const gte = (value: string | number): Comparison => ({ operator: 'gte', value });
export const lt = (value: string | number): Comparison => ({ operator: 'lt', value });
export const lte = (value: string | number): Comparison => ({ operator: 'lte', value });
export const contains = (value: string): Comparison => ({ operator: 'contains', value });
export const startsWith = (value: string): Comparison => ({ operator: 'startsWith', value });
export const arrayContains = (...values: JsonValue[]): Comparison => ({ operator: 'arrayContains', values });
export const jsonContains = (value: JsonValue): Comparison => ({ operator: 'jsonContains', value });
export const jsonContainedBy = (value: JsonValue): Comparison => ({ operator: 'jsonContainedBy', value });
export const hasAllKeys = (...keys: string[]): Comparison => ({ operator: 'hasKeys', keys, quantifier: 'all' });
export const hasAnyKey = (...keys: string[]): Comparison => ({ operator: 'hasKeys', keys, quantifier: 'any' });
export const arrayContainsObject = (value: JsonObject): Comparison => ({ operator: 'arrayContainsObject', value });

export function json(field: JsonField, ...path: string[]): Operand {
  return { field, path };
}

export function that(operand: Operand | TextField | 'createdAt', comparison: Comparison): Condition {
  return { operand: typeof operand === 'string' ? { field: operand } : operand, ...comparison };
}

export function valueOf(operand: Operand | TextField | 'createdAt'): FieldExpression {
  return { kind: 'field', operand: typeof operand === 'string' ? { field: operand } : operand };
}

export function by(unit: TimeUnit, timezone = 'UTC'): TimeExpression {
  return { kind: 'time', unit, timezone };
}

export function aggregate(name: Aggregate, operand?: Operand): AggregateExpression {
  return { kind: 'aggregate', aggregate: name, operand };
}

export const COUNT = aggregate('count');

/** What a query answers, by default about all events and in one page. */
export function ask(
  { reader }: EventReaderFixture,
  query: Pick<EventQuery, 'scope'> & Partial<EventQuery>,
): Promise<QueryResult> {
  return reader.query({ where: ALL, select: [], orderBy: [], limit: 10_000, counted: false, ...query }, OPTIONS);
}

/** The ids of the events that a condition finds, by code point. */
export async function idsOf(fixture: EventReaderFixture, scope: ReadScope, where = ALL): Promise<string[]> {
  const orderBy = [{ by: valueOf('id'), direction: 'asc' }] as const;
  const { rows } = await ask(fixture, { scope, where, select: [valueOf('id')], orderBy });
  return rows.map(([id]) => String(id));
}

export async function store({ repository }: EventReaderFixture, events: readonly EventRecord[]): Promise<void> {
  await repository.insert(events);
}
