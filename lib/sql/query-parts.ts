import type { EventQuery, Expression, Operand, TimeExpression } from '../storage/reading/event-query.interface.js';
import { fieldsOf } from './indexed-fields.js';

export function timesOf(query: EventQuery): readonly TimeExpression[] {
  return expressionsOf(query).filter((expression) => expression.kind === 'time');
}

/** All that a query reads of an event, but `createdAt` for its buckets. */
export function fieldsOfQuery(query: EventQuery): readonly Operand['field'][] {
  const operands = expressionsOf(query).map((expression) => ('operand' in expression ? expression.operand : undefined));
  return [...fieldsOf(query.where), ...operands.flatMap((operand) => operand?.field ?? [])];
}

function expressionsOf({ select, groupBy = [], orderBy }: EventQuery): readonly Expression[] {
  return [...select, ...groupBy, ...orderBy.map(({ by }) => by)];
}
