import { clientAddress } from '../lib/auth/client-address.js';

const SOCKET = '192.0.2.1';

describe('The address of a client', () => {
  const forwarded: [told: string, address: string][] = [
    ['203.0.113.8', '203.0.113.8'],
    [' 203.0.113.8 ', '203.0.113.8'],
    ['203.0.113.8:50001', '203.0.113.8'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['::ffff:203.0.113.8', '203.0.113.8'],
    ['::FFFF:cb00:7108', '203.0.113.8'],
    ['0:0:0:0:0:ffff:203.0.113.8', '203.0.113.8'],
    ['[::ffff:203.0.113.8]:443', '203.0.113.8'],
    ['::ffff:0.0.0.1', '0.0.0.1'],
    ['::1', '::1'],
  ];
  it.each(forwarded)('that is told as %j is %s', (told, address) => expect(clientAddress(told, SOCKET)).toBe(address));

  it.each([
    undefined,
    '',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.08',
    '203.0.113.8:port',
    '203.0.113.8:500011',
    '203.0.113.8, 203.0.113.9',
    '[203.0.113.8',
    '[unknown]:443',
    '2001:db8::1::2',
    '2001:db8::1]:443',
    ':50001',
    '\u001b[2J',
    '1'.repeat(100_000),
  ])('is that of the socket where %j is told, which is none', (told) => expect(clientAddress(told, SOCKET)).toBe(SOCKET));

  it('is IPv4 where the socket of a dual-stack server maps it', () => {
    expect(clientAddress(undefined, '::ffff:192.0.2.1')).toBe(SOCKET);
  });

  it('is empty where there is none, as on a Unix socket', () => expect(clientAddress(undefined, undefined)).toBe(''));
});
