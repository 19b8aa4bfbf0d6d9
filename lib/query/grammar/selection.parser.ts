import type { Aggregate, TimeUnit } from '../../storage/reading/event-query.interface.js';
import type { Column } from './column.js';
import { type NamedOperand, namedOperandOf } from './named-operand.js';
import type { RequestNode } from './request-node.js';
import { isDocument } from './view-fields.js';

const AGGREGATES: Readonly<Record<Aggregate, true>> = {
  count: true,
  countDistinct: true,
  sum: true,
  avg: true,
  min: true,
  max: true,
};
const UNITS: Readonly<Record<TimeUnit, true>> = { hour: true, day: true, week: true, month: true };
const MODES = { unpack: true, json: true } as const;
const TYPES = { field: ofField, time: ofTime, aggregation: ofAggregate } as const;

/** One item of `select`; undefined where it is none. */
export function columnOf(node: RequestNode, timezone: string): Column | undefined {
  const type = node.at('type').oneOf(TYPES);
  return type && TYPES[type](node, timezone);
}

function ofField(node: RequestNode): Column | undefined {
  if (!node.isObjectOf(['type', 'field', 'path', 'mode'])) return undefined;
  const named = namedOperandOf(node);
  const mode = node.at('mode').isAbsent ? 'unpack' : node.at('mode').oneOf(MODES);
  if (named === undefined || mode === undefined) return undefined;
  const { name: key, operand } = named;
  if (mode === 'json' && !isDocument(operand)) {
    return node.at('mode').refuse('must be left out: json is the mode of a whole JSON field, without a path');
  }
  return { key, expression: { kind: 'field', operand }, mode };
}

function ofTime(node: RequestNode, timezone: string): Column | undefined {
  if (!node.isObjectOf(['type', 'timeUnit', 'field'])) return undefined;
  const unit = node.at('timeUnit').oneOf(UNITS);
  const { time } = node.report.view;
  const isOfTime = node.at('field').isAbsent || node.at('field').oneOf({ [time]: true }) !== undefined;
  return unit && isOfTime ? { key: `${time}_${unit}`, expression: { kind: 'time', unit, timezone } } : undefined;
}

function ofAggregate(node: RequestNode): Column | undefined {
  if (!node.isObjectOf(['type', 'aggregation', 'field', 'path'])) return undefined;
  const aggregate = node.at('aggregation').oneOf(AGGREGATES);
  if (aggregate === undefined) return undefined;
  if (node.at('field').isAbsent && node.at('path').isAbsent) return ofRecords(node, aggregate);
  const named = namedOperandOf(node);
  return named && isAggregated(node, aggregate, named) ? aggregated(aggregate, named) : undefined;
}

// Every record is distinct from all others.
function ofRecords(node: RequestNode, key: Aggregate): Column | undefined {
  if (key === 'count' || key === 'countDistinct') return { key, expression: { kind: 'aggregate', aggregate: 'count' } };
  return node.at('field').refuse(`must be given: ${key} is of the numbers at a path, or min and max of ${node.report.view.time}`);
}

function aggregated(aggregate: Aggregate, { name, operand }: NamedOperand): Column {
  return { key: `${aggregate}_${name}`, expression: { kind: 'aggregate', aggregate, operand } };
}

/** Whether the answer is a number. */
function isAggregated(node: RequestNode, aggregate: Aggregate, { operand }: NamedOperand): boolean {
  if (aggregate === 'count' || aggregate === 'countDistinct') return true;
  if (operand.field === 'createdAt' && (aggregate === 'min' || aggregate === 'max')) return true;
  if ('path' in operand && operand.path.length > 0) return true;
  if ('path' in operand) node.at('path').refuse(`must be given: ${aggregate} is of the numbers at a path`);
  else node.at('aggregation').refuse('must be count or countDistinct here: only numbers at a path, and times, have others');
  return false;
}
