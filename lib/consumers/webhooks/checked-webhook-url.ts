import { isIP } from 'node:net';
import { isPrivateAddress } from './private-addresses.js';

const MAX_LENGTH = 2_048;

/**
 * The URL of an endpoint. Throws a `TypeError` that says what to change, without the URL, which may hold a token. A host name is
 * not looked up here: its address counts when the connection is made.
 */
export function checkedWebhookUrl(given: unknown, allowPrivateAddresses: boolean): URL {
  const isText = typeof given === 'string' && given.length <= MAX_LENGTH;
  const url = isText && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined) {
    throw new TypeError(`Expected the URL of a webhook to be an absolute URL of at most 2,048 characters.`);
  }
  const isSecure = url.protocol === 'https:' || (allowPrivateAddresses && url.protocol === 'http:');
  if (!isSecure) throw new TypeError(insecure(url.protocol));
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('Expected the URL of a webhook to be without user and password: verify the signature instead.');
  }
  if (!allowPrivateAddresses && isPrivateLiteral(url.hostname)) {
    throw new TypeError('Expected the URL of a webhook to lead to a public address; `allowPrivateAddresses` allows others.');
  }
  return url;
}

function insecure(protocol: string): string {
  const help = protocol === 'http:' ? '; `allowPrivateAddresses` allows http:// inside your own network' : '';
  return `Expected the URL of a webhook to begin with https://, got ${protocol}${help}`;
}

// `URL` has one spelling for an address, whether it was written as 127.1, 0x7f000001 or 2130706433.
function isPrivateLiteral(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 && isPrivateAddress(bare);
}
