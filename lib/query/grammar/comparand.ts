import type { Operand } from '../../storage/reading/event-query.interface.js';
import { pathOf } from './path.js';
import { isPlainObject, type RequestNode } from './request-node.js';
import { isDocument, operandOf } from './view-fields.js';

/** What there is to compare: a text, a time, a whole JSON field, or what is at a path in one. */
export type ComparandKind = 'text' | 'time' | 'document' | 'path';

/** The two sides of a comparison. */
export interface Comparand {
  readonly kind: ComparandKind;
  readonly operand: Operand;
  /** What it compares with. */
  readonly value: RequestNode;
}

/** Of a field and the `value` of its condition, which in JSON fields may be `{ path, value }`. */
export function comparandOf(field: string, value: RequestNode, needsValue: boolean): Comparand | undefined {
  const { view } = value.report;
  const operand = operandOf(view, field);
  if (!isDocument(operand)) return { kind: kindOf(operand), operand, value };
  if (!hasPath(value.value, needsValue)) return { kind: 'document', operand, value };
  const path = pathOf(value.at('path'));
  if (path === undefined) return undefined;
  return { kind: path.length > 0 ? 'path' : 'document', operand: operandOf(view, field, path), value: value.at('value') };
}

/** Of what is no whole JSON field; what a view has at a path in one is as what is at any path. */
function kindOf(operand: Operand): ComparandKind {
  if ('path' in operand) return 'path';
  return operand.field === 'createdAt' ? 'time' : 'text';
}

// Exactly so: any other object is JSON to compare with. Whatever the path is: one that is none would silently find nothing, and JSON
// of these members can be compared with by an empty path.
function hasPath(value: unknown, needsValue: boolean): boolean {
  if (!isPlainObject(value) || !Object.hasOwn(value, 'path')) return false;
  const members = Object.keys(value).length;
  return Object.hasOwn(value, 'value') ? members === 2 : !needsValue && members === 1;
}
