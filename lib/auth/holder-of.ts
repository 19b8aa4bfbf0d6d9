import { rawRequest } from '../http/http-request.js';
import type { AuthenticatedRequest } from './authenticated-request.interface.js';
import { clientAddress } from './client-address.js';
import { ipv6Groups } from './ipv6-groups.js';

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
  return ipv6Groups(ipv6).slice(0, NETWORK_GROUPS).join(':');
}
