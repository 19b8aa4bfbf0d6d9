import { InvalidConversationException } from './invalid-conversation.exception.js';

/** What was sent, as an object. */
export function objectOf(value: unknown, what: 'conversation' | 'feedback'): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidConversationException([{ pointer: '#', detail: `The ${what} must be a JSON object` }]);
}
