import { storableText } from '../../events/storable-text.js';
import type { RequestNode } from './request-node.js';

const MAX_SEGMENTS = 64;

/** A path into a JSON field, its keys as events keep them. Undefined where it is none. */
export function pathOf(node: RequestNode): string[] | undefined {
  if (!isPath(node.value)) return node.refuse('must be a list of names, for instance ["lang"]');
  return node.items(MAX_SEGMENTS) && node.value.map(storableText);
}

function isPath(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((segment) => typeof segment === 'string');
}
