import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPrivateAddress } from './private-addresses.js';

export const PRIVATE_ADDRESS = 'ERR_PRIVATE_ADDRESS';

/**
 * A lookup for connections to public addresses alone. It stands between the name and the connection, which is made to what it gives,
 * so that no other answer of the DNS can come in between.
 */
export function publicLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const addresses = found as LookupAddress[];
      // One is enough to refuse all: which of them is connected to is not ours to say.
      if (addresses.length === 0 || addresses.some(({ address }) => isPrivateAddress(address))) return callback(refused(), '');
      if (options.all === true) return callback(null, addresses);
      callback(null, addresses[0].address, addresses[0].family);
    });
  };
}

function refused(): NodeJS.ErrnoException {
  return Object.assign(new Error('The host name leads to a private address'), { code: PRIVATE_ADDRESS });
}
