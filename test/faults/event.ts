import { createHash } from 'node:crypto';

export type SentEvent = ReturnType<typeof eventOf>;

/**
 * The event of a name, which is its `messageId`: up to 4 kB that are derived from the name, so that whoever finds it
 * knows what must be in it. Its `id` is the name too, unless the server is to make one.
 */
export function eventOf(name: string, withId = true) {
  const digest = createHash('sha256').update(name).digest('hex');
  const padding = digest.repeat(1 + (Number.parseInt(digest.slice(0, 2), 16) % 64));
  return {
    ...(withId && { id: name }),
    entityType: 'message',
    type: 'fault',
    messageId: name,
    properties: { digest, deep: [{ padding }] },
  };
}
