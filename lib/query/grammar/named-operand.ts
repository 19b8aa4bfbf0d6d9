import type { Operand } from '../../storage/reading/event-query.interface.js';
import { DOTTED } from './hints.js';
import { pathOf } from './path.js';
import type { RequestNode } from './request-node.js';
import { documentsOf, isDocument, operandOf } from './view-fields.js';
import type { QueryView } from './views/query-view.interface.js';

/** What a selection or a grouping is about, and how the rows call it: `type`, `properties.page`. */
export interface NamedOperand {
  readonly name: string;
  readonly operand: Operand;
}

/** Of the members `field` and `path` of a node. */
export function namedOperandOf(node: RequestNode): NamedOperand | undefined {
  const { view } = node.report;
  const field = node.at('field').oneOf(view.fields, DOTTED);
  const path = node.at('path').isAbsent ? [] : pathOf(node.at('path'));
  if (field === undefined || path === undefined) return undefined;
  if (path.length > 0 && !isDocument(view.fields[field])) {
    return node.at('path').refuse(`must be left out: only ${documentsOf(view)} have paths`);
  }
  return namedOperand(view, field, path);
}

export function namedOperand(view: QueryView, field: string, path: readonly string[] = []): NamedOperand {
  return { name: [field, ...path].join('.'), operand: operandOf(view, field, path) };
}
