import { BlockList, isIP } from 'node:net';

// IANA's special-purpose registry, multicast, and Azure's host of virtual machines, which only they reach.
const PRIVATE_IPV4 = listOf('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]);

// All but global unicast, 2000::/3: among it loopback, IPv4 in IPv6 (::ffff:0:0/96, 64:ff9b::/96), fc00::/7, fe80::/10 and ff00::/8.
// Of that, what has a special purpose: Teredo and the like, documentation, 6to4, AS112.
const PRIVATE_IPV6 = listOf('ipv6', [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);

/** Whether an address may belong to something that is not on the public internet. What is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  const [bare] = address.split('%', 1);
  const family = isIP(bare);
  if (family === 4) return PRIVATE_IPV4.check(bare, 'ipv4');
  return family === 6 ? PRIVATE_IPV6.check(bare, 'ipv6') : true;
}

// A list each: one of both would find every IPv4 address in ::ffff:0:0/96.
function listOf(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
