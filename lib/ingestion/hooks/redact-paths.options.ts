import { checkFieldsOf } from '../../options/checks/known-fields.js';
import { typeName } from '../../options/checks/type-name.js';

/** What `redactPaths()` takes out of events. A path is keys joined by dots, such as `userProperties.email`. */
export interface RedactPathsOptions {
  /**
   * Paths whose values are left out.
   * @default none
   */
  remove?: readonly string[];
  /**
   * Paths whose values are replaced by their HMAC-SHA-256, as 64 lower-case hexadecimal digits: equal values stay equal.
   * @default none
   */
  hash?: readonly string[];
  /** The key of the HMAC, a secret of 16 bytes or more; required with `hash`. With another one, all hashes are others. */
  secret?: string | Uint8Array;
}

const FIELDS: Record<keyof RedactPathsOptions, true> = { remove: true, hash: true, secret: true };
const MIN_SECRET_BYTES = 16;
const PATH = /^[^.]+(?:\.[^.]+)*$/;
/** What no event can be without, or no longer be known by. */
const KEPT = ['id', 'type', 'entityType', 'projectId', 'createdAt'];
const NOT_REMOVED = [...KEPT, 'messageId', 'conversationId', 'searchQuery'];
const NOT_HASHED = [...KEPT, 'properties', 'userProperties'];

/** The options with their defaults, paths as lists of keys. Throws a `TypeError` that names the wrong one. */
export function checkedRedaction(options: RedactPathsOptions) {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Expected the options of redactPaths() to be { remove, hash, secret }, got ${typeName(options)}.`);
  }
  checkFieldsOf(options, Object.keys(FIELDS), 'redactPaths()');
  const remove = pathsOf(options.remove, 'remove', NOT_REMOVED);
  const hash = pathsOf(options.hash, 'hash', NOT_HASHED);
  if (remove.length + hash.length === 0) {
    throw new TypeError('Expected redactPaths() to be given at least one path, in `remove` or in `hash`.');
  }
  return { remove, hash, secret: hash.length > 0 ? secretOf(options.secret) : '' };
}

function pathsOf(paths: unknown, option: string, kept: readonly string[]): string[][] {
  if (paths === undefined) return [];
  if (!Array.isArray(paths)) {
    throw new TypeError(`Expected \`${option}\` of redactPaths() to be a list of paths, got ${typeName(paths)}.`);
  }
  return paths.map((path, index) => keysOf(path, `\`${option}[${index}]\` of redactPaths()`, kept));
}

function keysOf(path: unknown, at: string, kept: readonly string[]): string[] {
  if (typeof path !== 'string' || !PATH.test(path)) {
    throw new TypeError(`Expected ${at} to be keys joined by dots, such as 'userProperties.email', got ${typeName(path)}.`);
  }
  if (kept.includes(path)) throw new TypeError(`Expected ${at} to be a path that events can do without, got '${path}'.`);
  return path.split('.');
}

function secretOf(secret: unknown): string | Uint8Array {
  const isSecret = typeof secret === 'string' || secret instanceof Uint8Array;
  if (isSecret && Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return secret;
  const given = isSecret ? `${Buffer.byteLength(secret)}: shorter ones can be guessed` : typeName(secret);
  throw new TypeError(`Expected \`secret\` of redactPaths() to be a text or bytes, ${MIN_SECRET_BYTES} or more, got ${given}.`);
}
