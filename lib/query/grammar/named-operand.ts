import type { Operand } from '../../storage/reading/event-query.interface.js';
import type { EventField } from '../query-request.interface.js';
import { FIELDS, isJsonField, operandOf } from './event-fields.js';
import { DOTTED } from './hints.js';
import { pathOf } from './path.js';
import type { RequestNode } from './request-node.js';

/** What a selection or a grouping is about, and how the rows call it: `type`, `properties.page`. */
export interface NamedOperand {
  readonly name: string;
  readonly operand: Operand;
}

/** Of the members `field` and `path` of a node. */
export function namedOperandOf(node: RequestNode): NamedOperand | undefined {
  const field = node.at('field').oneOf(FIELDS, DOTTED);
  const path = node.at('path').isAbsent ? [] : pathOf(node.at('path'));
  if (field === undefined || path === undefined) return undefined;
  if (path.length > 0 && !isJsonField(FIELDS[field])) {
    return node.at('path').refuse('must be left out: only properties, userProperties and fields have paths');
  }
  return namedOperand(field, path);
}

export function namedOperand(field: EventField, path: readonly string[] = []): NamedOperand {
  return { name: [field, ...path].join('.'), operand: operandOf(field, path) };
}
