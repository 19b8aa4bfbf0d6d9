const GROUPS = 8;

/** The eight groups of an IPv6 address as `clientAddress()` writes it. */
export function ipv6Groups(address: string): string[] {
  const [head, tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: GROUPS - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail];
}
