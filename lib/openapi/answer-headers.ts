/** A header of an answer. */
export const header = (description: string, type: 'string' | 'integer' = 'string') => ({ description, schema: { type } });

export const REQUEST_ID = { 'X-Request-Id': header('The one of the request where it sent a valid one, else a new one') };
export const RATE_LIMIT = {
  'RateLimit-Limit': header('Requests in a window; where there is a rate limit', 'integer'),
  'RateLimit-Remaining': header('Requests left in this window', 'integer'),
  'RateLimit-Reset': header('Seconds until the next window', 'integer'),
};
