import { STATUS_CODES } from 'node:http';
import type { Schema } from './swagger.js';

const text: Schema = { type: 'string' };

/** The body of every error, `ProblemDetails` of `http/`. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description: 'What an error tells its caller (RFC 9457)',
  required: ['title', 'status', 'detail', 'instance', 'requestId', 'code', 'error'],
  properties: {
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: { ...text, description: 'The path of the request, without its query' },
    requestId: { ...text, description: 'To look for in the log of the server' },
    code: { ...text, description: 'The title in snake_case' },
    error: {
      type: 'object',
      description: 'The same for clients of the older format',
      required: ['code', 'message'],
      properties: { code: text, message: { ...text, maxLength: 100 } },
    },
    errors: {
      type: 'array',
      maxItems: 50,
      description: 'The fields that are wrong, with 422; with 409, those that differ from the event that has the id',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { ...text, description: 'JSON Pointer as a URI fragment' }, detail: text },
      },
    },
  },
};

/** When each problem is answered. */
const REASONS: Record<number, string> = {
  400: 'No body, not JSON, not UTF-8, or an ambiguous request',
  401: 'No key, or one that is unknown, expired or revoked',
  403: 'The key may not do this: its scopes, project, integration, entity types or origins do not allow it',
  405: 'Another method than POST',
  408: 'The body did not arrive in time',
  409: 'The id is taken by an event with other content',
  410: 'The id was erased on the request of a person, and stays erased',
  413: 'The body is too large',
  415: 'The media type or the content coding is not taken',
  422: 'The body is JSON, but no valid event',
  429: 'Over the rate limit',
  500: 'The server failed',
  503: 'The store can not be reached, or too much is waiting; send it again later',
};

const header = (description: string, type: 'string' | 'integer' = 'string') => ({ description, schema: { type } });
const SECONDS_TO_WAIT = { 'Retry-After': header('Seconds to wait', 'integer') };
const CHALLENGE = { 'WWW-Authenticate': header('Bearer, with the reason where a key was sent') };

export const REQUEST_ID = { 'X-Request-Id': header('The one of the request where it sent a valid one, else a new one') };
export const RATE_LIMIT = {
  'RateLimit-Limit': header('Requests in a window; where there is a rate limit', 'integer'),
  'RateLimit-Remaining': header('Requests left in this window', 'integer'),
  'RateLimit-Reset': header('Seconds until the next window', 'integer'),
};

const HEADERS: Record<number, Record<string, ReturnType<typeof header>>> = {
  401: CHALLENGE,
  403: CHALLENGE,
  405: { Allow: header('The methods that are served') },
  415: { Accept: header('The media types that are taken'), 'Accept-Encoding': header('The content codings that are taken') },
  429: { ...RATE_LIMIT, ...SECONDS_TO_WAIT },
  503: SECONDS_TO_WAIT,
};

/** The answer with a problem of this status. */
export function problemResponse(status: number) {
  return {
    status,
    description: REASONS[status] ?? STATUS_CODES[status] ?? '',
    headers: { ...REQUEST_ID, ...HEADERS[status] },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/EventLogProblemDetails' } } },
  };
}

/** The statuses of problems that a route may answer with. */
export const PROBLEM_STATUSES = Object.keys(REASONS).map(Number);
