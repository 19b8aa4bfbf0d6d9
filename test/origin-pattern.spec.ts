import { isOriginPattern, originMatches } from '../lib/auth/origin-pattern.js';

describe('A pattern of origins', () => {
  it.each([
    '*',
    'https://example.com',
    'http://localhost:3000',
    'https://example.com:8443',
    'http://127.0.0.1',
    'http://[::1]:3000',
  ])('a pattern of origins may be %s', (pattern) => expect(isOriginPattern(pattern)).toBe(true));

  it.each(['https://*.example.com', 'https://*.a.example.com', 'http://*.example.com:8080', 'https://xn--bcher-kva.example'])(
    'a pattern of origins may be %s',
    (pattern) => expect(isOriginPattern(pattern)).toBe(true),
  );

  it.each([
    'tauri://localhost',
    'capacitor://localhost',
    'ionic://localhost',
    'app://-',
    'app://.',
    'app://obsidian.md',
    'com.example.app://localhost:8080',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0b6ee6a3-3c0f-4b1e-9c43-2f7d8f0d9e5a',
    'safari-web-extension://0B6EE6A3-3C0F-4B1E-9C43-2F7D8F0D9E5A',
  ])('may be %s, of an app or an extension', (pattern) => expect(isOriginPattern(pattern)).toBe(true));

  it.each([
    'null',
    'file://',
    'file://localhost',
    'file:///index.html',
    'tauri:localhost',
    'tauri://',
    'tauri://*',
    'tauri://*.localhost.app',
    'chrome-extension://*',
    'Tauri://localhost',
    'tauri://Localhost',
    'tauri://localhost/',
    'tauri://localhost/index.html',
    'tauri://localhost?x',
    'tauri://localhost#x',
    'tauri://user@localhost',
    'tauri://localhost:port',
    'tauri://localhost\n',
    '-app://localhost',
    'ws://example.com',
    'wss://example.com',
    'data://example.com',
    'blob://example.com',
    'about://blank',
    'javascript://example.com',
    'http://example.com:80',
    'https://example.com:443',
  ])('may not be %j, of an app or not', (pattern) => expect(isOriginPattern(pattern)).toBe(false));

  it('may have 255 characters, and no more', () => {
    const longest = `https://${'a.'.repeat(120)}example`;
    expect(longest).toHaveLength(255);
    expect([isOriginPattern(longest), isOriginPattern(`${longest}s`)]).toEqual([true, false]);
    expect(isOriginPattern(`tauri://${'a'.repeat(248)}`)).toBe(false);
  });

  it('takes no longer the longer it is', () => {
    const started = process.cpuUsage();
    for (const text of ['https://*', 'tauri://', 'https://']) {
      expect(isOriginPattern(text + '.a'.repeat(1_000_000))).toBe(false);
    }
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

  it.each([
    '',
    'example.com',
    'https://example.com/',
    'https://example.com/path',
    'https://Example.com',
    'https://bücher.example',
    'https://example.com:443',
    'https://user@example.com',
    'https://*',
    'https://*.com',
    'https://*example.com',
    'https://a.*.example.com',
    'https://*.*.example.com',
    'https://*.example.com/',
    'https://*.Example.com',
    '*.example.com',
    '**',
    'null',
    'ftp://example.com',
    'javascript:alert(1)',
    ' https://example.com',
    'https://example.com\n',
    'https://*.example.com\n',
    5,
    null,
    undefined,
  ])('a pattern of origins may not be %j', (pattern) => expect(isOriginPattern(pattern)).toBe(false));
});

describe('An origin', () => {
  const matches: [pattern: string, origin: string][] = [
    ['*', 'https://anything.example'],
    ['*', 'null'],
    ['https://example.com', 'https://example.com'],
    ['https://*.example.com', 'https://a.example.com'],
    ['https://*.example.com', 'https://a-1.b_2.example.com'],
    ['https://*.example.com:8443', 'https://a.example.com:8443'],
  ];
  it.each(matches)('the pattern %s matches the origin %s', (pattern, origin) => {
    expect(originMatches(['https://other.example', pattern], origin)).toBe(true);
  });

  const others: [pattern: string, origin: string][] = [
    ['https://example.com', 'http://example.com'],
    ['https://example.com', 'https://example.com:8443'],
    ['https://example.com', 'https://example.com.evil.example'],
    ['https://example.com', 'null'],
    ['https://example.com', ''],
    ['https://*.example.com', 'https://example.com'],
    ['https://*.example.com', 'https://.example.com'],
    ['https://*.example.com', 'https://a..example.com'],
    ['https://*.example.com', 'http://a.example.com'],
    ['https://*.example.com', 'https://a.example.com:8443'],
    ['https://*.example.com', 'https://notexample.com'],
    ['https://*.example.com', 'https://a.example.com.evil.example'],
    ['https://*.example.com', 'https://evil.example/.example.com'],
    ['https://*.example.com', 'https://evil.example#.example.com'],
    ['https://*.example.com', 'https://evil.example:80@a.example.com'],
    ['https://*.example.com', 'https://a.exampleXcom'],
  ];
  it.each(others)('the pattern %s does not match the origin %s', (pattern, origin) =>
    expect(originMatches([pattern], origin)).toBe(false),
  );

  it.each(['null', 'file://'])('matches nothing where a store lists %s, which every page can have', (origin) => {
    expect(originMatches([origin], origin)).toBe(false);
  });

  it.each(['tauri://localhost', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'])('%s matches itself alone', (origin) => {
    expect(originMatches([origin], origin)).toBe(true);
    for (const other of ['https://localhost', 'app://localhost', `${origin}.evil.example`, 'null']) {
      expect(originMatches([origin], other)).toBe(false);
    }
  });

  it('of a store takes linear time, however long', () => {
    const started = process.cpuUsage();
    expect(originMatches([`https://*${'.a'.repeat(500_000)}*`], `https://${'a.'.repeat(4_000)}a`)).toBe(false);
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

  it('an origin matches nothing where there are no patterns', () => expect(originMatches([], 'https://example.com')).toBe(false));
});
