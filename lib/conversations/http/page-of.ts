import { type HttpRequest, queryOf } from '../../http/http-request.js';
import type { ConversationPage } from '../../storage/conversations/stored-conversation.interface.js';
import { InvalidConversationException } from '../invalid-conversation.exception.js';

/** Conversations are answered whole, of up to `maxBodyBytes` each. */
const MAX_LIMIT = 100;
const MAX_OFFSET = 1_000_000;

/** The page that a URL asks for. Throws `InvalidConversationException`. */
export function pageOf(request: HttpRequest, limit: number): ConversationPage {
  const asked = new URLSearchParams(queryOf(request.originalUrl ?? request.url ?? '/'));
  return { limit: numberOf(asked, 'limit', limit, 1, MAX_LIMIT), offset: numberOf(asked, 'offset', 0, 0, MAX_OFFSET) };
}

function numberOf(asked: URLSearchParams, name: string, ofDefault: number, min: number, max: number): number {
  const given = asked.getAll(name);
  if (given.length === 0) return ofDefault;
  const value = /^\d{1,9}$/.test(given[0]) ? Number(given[0]) : NaN;
  if (given.length === 1 && value >= min && value <= max) return value;
  const detail = `The parameter \`${name}\` must be an integer from ${min} to ${max}, given once`;
  throw new InvalidConversationException([{ pointer: `?${name}`, detail }]);
}
