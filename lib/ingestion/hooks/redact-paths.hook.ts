import type { Type } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { type Change, changedAt } from '../../events/changed-at.js';
import type { StoredEvent } from '../../events/event.interface.js';
import type { EventHook } from './event-hook.interface.js';
import { checkedRedaction, type RedactPathsOptions } from './redact-paths.options.js';

/**
 * Makes a hook that removes or hashes what stands under these paths, if anything does. A path goes through objects, and
 * through the items of arrays. Of an array, each item is hashed; null stays. Throws a `TypeError` where an option is wrong.
 *
 * @example
 * ```ts
 * EventLogModule.forRoot({
 *   apiKeys,
 *   hooks: [redactPaths({ remove: ['userProperties.phone'], hash: ['userProperties.email'], secret: process.env.EVENT_LOG_SECRET })],
 * });
 * ```
 */
export function redactPaths(options: RedactPathsOptions): Type<EventHook> {
  const { remove, hash, secret } = checkedRedaction(options);
  const hashed = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const removing: Change = (holder, key) => delete holder[key];
  const hashing: Change = (holder, key) => (holder[key] = hashedValue(holder[key], hashed));
  const changes = [...remove.map((path) => ({ path, change: removing })), ...hash.map((path) => ({ path, change: hashing }))];
  return class RedactPathsHook implements EventHook {
    beforeStore(event: StoredEvent): StoredEvent {
      return changes.reduce<unknown>((value, { path, change }) => changedAt(value, path, change), event) as StoredEvent;
    }
  };
}

function hashedValue(value: unknown, hashed: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => hashedValue(item, hashed));
  if (value === null) return null;
  return hashed(typeof value === 'string' ? value : JSON.stringify(value));
}
