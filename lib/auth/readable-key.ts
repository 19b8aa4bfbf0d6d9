import { isDate } from 'node:util/types';
import { logger } from '../diagnostics/logger.js';
import { oneLine } from '../diagnostics/reason-of.js';
import { shortTextFault } from '../events/validation/is-short-text.decorator.js';
import { checkedRateLimit } from '../options/checks/checked-rate-limit.js';
import type { ApiKey } from './api-key.interface.js';

type Readable = (value: unknown) => boolean;

const isText: Readable = (value) => typeof value === 'string';
const isName: Readable = (value) => shortTextFault(value) === undefined;
const isTextList: Readable = (value) => Array.isArray(value) && value.every(isText);
/** An empty one could mean all to its store, and none to us. */
const isListOfSome: Readable = (value) => isTextList(value) && (value as unknown[]).length > 0;
const isKind: Readable = (value) => value === 'web' || value === 'api';
const isTime: Readable = (value) => isDate(value) && !Number.isNaN(value.getTime());
const isRateLimit: Readable = (value) => checkedRateLimit(value) !== undefined;
/** Databases give null for what is absent. */
const orNothing =
  (isReadable: Readable): Readable =>
  (value) =>
    value === undefined || value === null || isReadable(value);
const isNoLimit: Readable = () => true;

/** When a field of a key can be read. What can't be read must not be taken for "no limit". */
const FIELDS: Record<keyof ApiKey, Readable> = {
  id: isNoLimit,
  digest: isNoLimit,
  kind: orNothing(isKind),
  scopes: isTextList,
  projectId: orNothing(isName),
  integrationId: orNothing(isName),
  entityTypes: orNothing(isListOfSome),
  allowedOrigins: orNothing(isTextList),
  rateLimit: orNothing(isRateLimit),
  expiresAt: orNothing(isTime),
};

const MAX_WARNED = 1_000;

/** Tells the keys that can be read from those that can't, and warns of each of these once. */
export class ReadableKeys {
  private readonly warned = new Set<string>();

  has(key: ApiKey): boolean {
    const fault = faultOf(key);
    if (fault !== undefined) this.warn(key, fault);
    return fault === undefined;
  }

  private warn(key: unknown, fault: string): void {
    const name = nameOf(key);
    if (this.warned.has(name) || this.warned.size >= MAX_WARNED) return;
    this.warned.add(name);
    logger.warn(`${name} is refused: ${fault} can not be read. Correct it in the store of keys.`);
  }
}

function faultOf(key: unknown): string | undefined {
  if (typeof key !== 'object' || key === null) return 'what its store answered';
  const field = (Object.keys(FIELDS) as (keyof ApiKey)[]).find((name) => !isReadable(key as ApiKey, name));
  return field && `its \`${field}\``;
}

function isReadable(key: ApiKey, field: keyof ApiKey): boolean {
  try {
    return FIELDS[field](key[field]);
  } catch {
    return false;
  }
}

function nameOf(key: unknown): string {
  try {
    const { id } = key as ApiKey;
    return typeof id === 'string' ? `The key '${oneLine(id)}'` : 'A key without an id';
  } catch {
    return 'A key without an id';
  }
}
