import { checkedWebhookUrl } from '../../../lib/consumers/webhooks/checked-webhook-url.js';
import { isPrivateAddress } from '../../../lib/consumers/webhooks/private-addresses.js';
import { publicLookup } from '../../../lib/consumers/webhooks/public-lookup.js';
import { lookupOf } from './receiver.js';

const SHORT = 'https://hooks.example.com/';

it.each([
  'https://hooks.example.com/a?b=c',
  'https://hooks.example.com:8443/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]/',
  SHORT.padEnd(2_048, 'a'),
])('%.60s is taken', (url) => {
  expect(checkedWebhookUrl(url, false).href).toBe(url);
});

it.each([
  ['http://hooks.example.com/', 'begin with https://, got http:; `allowPrivateAddresses` allows http://'],
  ['ftp://hooks.example.com/', 'begin with https://'],
  ['file:///etc/passwd', 'begin with https://'],
  ['https://user:password@hooks.example.com/', 'without user and password'],
  ['https://user@hooks.example.com/', 'without user and password'],
  ['hooks.example.com', 'absolute URL'],
  ['https://', 'absolute URL'],
  ['', 'absolute URL'],
  [undefined, 'absolute URL'],
  [SHORT.padEnd(2_049, 'a'), 'at most 2,048 characters'],
  ['https://127.0.0.1/', 'public address'],
  ['https://127.1/', 'public address'],
  ['https://0x7f000001/', 'public address'],
  ['https://2130706433/', 'public address'],
  ['https://0177.0.0.1/', 'public address'],
  ['https://127.0.0.1./', 'public address'],
  ['https://１２７.０.０.１/', 'public address'],
  ['https://[::1]/', 'public address'],
  ['https://[::ffff:10.0.0.1]/', 'public address'],
  ['https://[64:ff9b::7f00:1]/', 'public address'],
])('%.60s is refused: %s', (url, why) => {
  expect(() => checkedWebhookUrl(url, false)).toThrow(why);
});

it('where private addresses are allowed, so is http, but neither other schemes nor passwords', () => {
  expect(checkedWebhookUrl('http://127.0.0.1:3000/', true).port).toBe('3000');
  expect(() => checkedWebhookUrl('ftp://127.0.0.1/', true)).toThrow('begin with https://');
  expect(() => checkedWebhookUrl('https://a:b@127.0.0.1/', true)).toThrow('without user and password');
});

it('a refusal does not repeat the URL, which may hold a token', () => {
  for (const url of ['http://a.example.com/TOKEN', 'https://TOKEN:x@a.example.com/', 'TOKEN']) {
    expect(() => checkedWebhookUrl(url, false)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('TOKEN') }),
    );
  }
});

it.each([
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '255.255.255.255'],
  ['168.63.129.16', '168.63.129.16'],
  ['::', '::1'],
  ['::7f00:1', '::ffff:8.8.8.8'],
  ['64:ff9b::', '64:ff9b:1:ffff::'],
  ['100::', '100::1'],
  ['2001::', '2001:1ff::1'],
  ['2001:db8::', '2001:db8:ffff::'],
  ['2002:7f00:1::', '2002:ffff::'],
  ['3fff::', '3fff:fff::'],
  ['5f00::', '5f00::1'],
  ['fc00::', 'fdff:ffff::'],
  ['fe80::1', 'fe80::1%eth0'],
  ['fec0::1', 'feff::1'],
  ['ff02::1', 'ff0e::1'],
  ['', 'localhost'],
])('from %s to %s, addresses are private', (first, last) => {
  expect([first, last].map(isPrivateAddress)).toEqual([true, true]);
});

it.each([
  ['1.0.0.0', '9.255.255.255'],
  ['11.0.0.0', '100.63.255.255'],
  ['100.128.0.0', '126.255.255.255'],
  ['128.0.0.0', '169.253.255.255'],
  ['172.15.255.255', '172.32.0.0'],
  ['192.167.255.255', '192.169.0.0'],
  ['198.17.255.255', '198.20.0.0'],
  ['223.255.255.255', '168.63.129.17'],
  ['2001:200::1', '2001:4860:4860::8888'],
  ['2606:4700:4700::1111', '2a00:1450::1'],
])('%s and %s are public', (one, other) => {
  expect([one, other].map(isPrivateAddress)).toEqual([false, false]);
});

it('a lookup of public addresses answers with one or with all of them, as it was asked', () => {
  const lookup = publicLookup(lookupOf(['8.8.8.8', '2606:4700::1']));
  const answers: unknown[] = [];
  for (const all of [true, false]) lookup('hooks.example.com', { all }, (...answer) => answers.push(answer));
  const [first, second] = [
    { address: '8.8.8.8', family: 4 },
    { address: '2606:4700::1', family: 6 },
  ];
  expect(answers).toEqual([
    [null, [first, second]],
    [null, first.address, first.family],
  ]);
});

it('each lookup is checked: a name that led to a public address before is refused once it leads to a private one', () => {
  const lookup = publicLookup(lookupOf(['8.8.8.8'], ['127.0.0.1']));
  const codes: unknown[] = [];
  for (let i = 0; i < 2; i++) lookup('hooks.example.com', { all: true }, (error) => codes.push(error?.code));
  expect(codes).toEqual([undefined, 'ERR_PRIVATE_ADDRESS']);
});
