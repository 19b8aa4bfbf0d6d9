import { clientAddress } from '../../auth/client-address.js';
import { ipv6Groups } from '../../auth/ipv6-groups.js';

const IPV6_GROUPS = 3;

/** The network of an address as `clientAddress()` writes it, in which no person can be found: of IPv4 its /24, of IPv6 its /48. */
export function truncatedAddress(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const network = ipv6Groups(address).slice(0, IPV6_GROUPS).join(':');
  return `${clientAddress(`${network}::`, undefined)}/48`;
}
