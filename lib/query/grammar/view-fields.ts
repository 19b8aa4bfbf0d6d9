import type { JsonField, Operand } from '../../storage/reading/event-query.interface.js';
import type { QueryView } from './views/query-view.interface.js';

export const JSON_FIELDS: Readonly<Record<JsonField, true>> = { properties: true, userProperties: true, fields: true };

/** A field of a view, or what is at a path in it. */
export function operandOf({ fields }: QueryView, name: string, path: readonly string[] = []): Operand {
  const operand = fields[name];
  return 'path' in operand ? { ...operand, path: [...operand.path, ...path] } : operand;
}

/** Whether it is a whole JSON field. */
export function isDocument(operand: Operand): boolean {
  return 'path' in operand && operand.path.length === 0;
}

/** The names of the whole JSON fields, as a message tells them. */
export function documentsOf({ fields }: QueryView): string {
  const names = Object.keys(fields).filter((name) => isDocument(fields[name]));
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}
