import { storableText } from '../../events/storable-text.js';
import type { RequestNode } from './request-node.js';

const MAX_SEGMENTS = 64;

/** A path into a JSON field, its keys as events keep them. Undefined where it is none. */
export function pathOf(node: RequestNode): string[] | undefined {
  const segments = node.items(MAX_SEGMENTS)?.map(({ value }) => value);
  if (segments === undefined) return undefined;
  return isPath(segments) ? segments.map(storableText) : node.refuse('must be a list of strings, a key each');
}

export function isPath(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((segment) => typeof segment === 'string');
}
