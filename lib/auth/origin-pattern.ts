const WILDCARD = /^(https?:\/\/)\*(\.[^*]+\.[^*]+)$/;
const SUBDOMAINS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** Whether a text is `*`, an origin as browsers send it (`https://example.com`), or `https://*.example.com`. */
export function isOriginPattern(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  return text === '*' || isOrigin(text.replace(WILDCARD, '$1a$2'));
}

/** Whether one of the patterns allows an `Origin`; `https://*.example.com` any subdomain, but not `example.com` itself. */
export function originMatches(patterns: readonly string[], origin: string): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === origin || isSubdomain(pattern, origin));
}

function isSubdomain(pattern: string, origin: string): boolean {
  const [, scheme, domain] = WILDCARD.exec(pattern) ?? [];
  if (domain === undefined || !origin.startsWith(scheme) || !origin.endsWith(domain)) return false;
  return SUBDOMAINS.test(origin.slice(scheme.length, -domain.length));
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
