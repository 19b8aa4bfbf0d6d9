import { header, RATE_LIMIT, REQUEST_ID } from './answer-headers.js';

/** When each problem is answered. */
const REASONS: Record<number, string> = {
  400: 'No body, not JSON, not UTF-8, or an ambiguous request',
  401: 'No key, or one that is unknown, expired or revoked',
  403: 'The key may not do this: its scopes, project, integration, entity types or origins do not allow it',
  404: 'Nothing that the key may read has this id, or the host keeps none of what is asked for',
  405: 'Another method than those that are served',
  406: 'The server can not write the media type that is asked for',
  408: 'The body did not arrive in time',
  409: 'The id is taken by an event with other content',
  410: 'What has the id was erased, and stays erased',
  413: 'The body is too large',
  415: 'The media type or the content coding is not taken',
  422: 'Well-formed, but not valid, as its errors tell; or a query that takes too long',
  429: 'Over the rate limit',
  500: 'The server failed',
  503: 'The store can not be reached, or too much is waiting; send it again later',
};

const SECONDS_TO_WAIT = { 'Retry-After': header('Seconds to wait', 'integer') };
const CHALLENGE = { 'WWW-Authenticate': header('Bearer, with the reason where a key was sent') };

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
    description: REASONS[status],
    headers: { ...REQUEST_ID, ...HEADERS[status] },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/EventLogProblemDetails' } } },
  };
}

/** Statuses that some routes alone answer with. */
const OF_SOME = [404, 406];

/** The statuses of problems that a route which logs may answer with. */
export const PROBLEM_STATUSES = Object.keys(REASONS)
  .map(Number)
  .filter((status) => !OF_SOME.includes(status));
