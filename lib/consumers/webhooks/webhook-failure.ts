import { PRIVATE_ADDRESS } from './public-lookup.js';

const CODE = /^[A-Z]\w{1,59}$/;

const KNOWN: Record<string, string> = {
  [PRIVATE_ADDRESS]: 'Its host name leads to a private, loopback or link-local address; `allowPrivateAddresses` allows them',
  UND_ERR_CONNECT_TIMEOUT: 'It could not be connected to in time',
  UND_ERR_SOCKET: 'It closed the connection before it had answered',
  HTTPParserError: 'Its answer is not HTTP',
  ENOTFOUND: 'Its host name has no address',
};

/** What is wrong with an answer of this status; undefined: nothing. */
export function failureOfStatus(status: number): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  const isRedirect = status >= 300 && status < 400;
  return `It answered with ${status}${isRedirect ? ', and redirects are not followed: give the URL that it leads to' : ''}`;
}

/** The code of what a request failed with, or else its class: what others have put into its message has no place in a log. */
export function failureOfRequest(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  const shown = [code, name].filter((text): text is string => typeof text === 'string' && CODE.test(text));
  if (shown.length === 0) return 'The request failed';
  const known = shown.find((text) => Object.hasOwn(KNOWN, text));
  return known === undefined ? `The request failed: ${shown[0]}` : KNOWN[known];
}
