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

  it('an origin matches nothing where there are no patterns', () => expect(originMatches([], 'https://example.com')).toBe(false));
});
