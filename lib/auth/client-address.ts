import { isIP } from 'node:net';

const IN_BRACKETS = /^\[([^\]]+)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
/** As `URL` writes an IPv4 address that is mapped to IPv6. */
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The address that a client is counted by: what a proxy told of it, without port and zone, so that a new connection is no
 * new client; what is no address counts as the socket's. Empty where neither is known.
 */
export function clientAddress(told: string | undefined, socketAddress: string | undefined): string {
  return addressIn(told) ?? addressIn(socketAddress) ?? '';
}

function addressIn(text = ''): string | undefined {
  const trimmed = text.trim();
  const [, bare = trimmed] = IN_BRACKETS.exec(trimmed) ?? IPV4_WITH_PORT.exec(trimmed) ?? [];
  const [address] = bare.split('%', 1);
  if (isIP(address) === 4) return address;
  return isIP(address) === 6 ? ipv4Of(canonical(address)) : undefined;
}

// One spelling of many: case, zeros, and the dotted end of a mapped address.
function canonical(ipv6: string): string {
  return new URL(`http://[${ipv6}]`).hostname.slice(1, -1);
}

function ipv4Of(ipv6: string): string {
  const [, high, low] = MAPPED.exec(ipv6) ?? [];
  if (high === undefined) return ipv6;
  const bytes = [high, low].map((group) => Number.parseInt(group, 16)).flatMap((value) => [value >> 8, value & 0xff]);
  return bytes.join('.');
}
