import type { JsonValue, StoredEvent } from '../../events/event.interface.js';
import type { Aggregate, AggregateExpression, Operand } from './event-query.interface.js';
import { operandValue } from './operand-value.js';

/** Of the events of a group; null where there is nothing to be aggregated, or no finite number for it. */
export function aggregateValue({ aggregate, operand }: AggregateExpression, events: readonly StoredEvent[]): number | null {
  if (operand === undefined) return aggregate === 'count' ? events.length : null;
  const values = events.map((event) => operandValue(operand, event)).filter((value) => value !== null);
  if (aggregate === 'count') return values.length;
  if (aggregate === 'countDistinct') return new Set(values.map((value) => JSON.stringify(value))).size;
  const numbers = numbersOf(operand, values);
  return numbers.length > 0 ? finite(AGGREGATES[aggregate](numbers)) : null;
}

const AGGREGATES: Readonly<Record<Exclude<Aggregate, 'count' | 'countDistinct'>, (numbers: readonly number[]) => number>> = {
  sum,
  avg: (numbers) => sum(numbers) / numbers.length,
  // Not Math.min(...numbers): there may be more of them than a function takes arguments.
  min: (numbers) => numbers.reduce((least, number) => Math.min(least, number)),
  max: (numbers) => numbers.reduce((most, number) => Math.max(most, number)),
};

function numbersOf(operand: Operand, values: readonly JsonValue[]): readonly number[] {
  if (operand.field === 'createdAt') return values.map((value) => Date.parse(String(value)));
  return values.filter((value) => typeof value === 'number');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
