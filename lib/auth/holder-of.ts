import { rawRequest } from '../http/http-request.js';
import type { AuthenticatedRequest } from './authenticated-request.interface.js';
import { clientAddress } from './client-address.js';

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** Whose share of a pool a request takes: its key's, and of a web key, which all visitors of a page share, the client's. */
export function holderOf(request: AuthenticatedRequest): string {
  const { apiKey, ip } = request;
  if (apiKey.kind !== 'web') return apiKey.id;
  const address = clientAddress(ip, rawRequest(request).socket?.remoteAddress);
  return `${apiKey.id} ${address.includes(':') ? networkOf(address) : address}`;
}

// One client of IPv6 has all addresses of its /64.
function networkOf(ipv6: string): string {
  const [head, tail = []] = ipv6.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: GROUPS - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(':');
}
