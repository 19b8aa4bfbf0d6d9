/** Longer than the origin of any page, and short enough that no pattern, whoever typed it, costs time. */
const MAX_LENGTH = 255;
/** `[^*.]` up to the dot, not `[^*]`: tried at every dot it would be quadratic. */
const WILDCARD = /^(https?:\/\/)\*(\.[^*.]+\.[^*]+)$/;
const SUBDOMAINS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
/** The shells of apps and extensions of browsers: `tauri://localhost`, `app://-`; Safari writes its UUIDs in upper case. */
const OF_AN_APP = /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9._-]+|[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?::\d{1,5})?$/;
/** What no page has as its `Origin`, or, as a file of anyone has, any page can. */
const OF_NO_APP = /^(?:https?|file|ftp|wss?|data|blob|about|filesystem|javascript|view-source):/;

/**
 * Whether a text of at most 255 characters is `*`, an origin as browsers send it (`https://example.com`,
 * `tauri://localhost`, `chrome-extension://<id>`), or `https://*.example.com`.
 */
export function isOriginPattern(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return false;
  return text === '*' || isOrigin(text.replace(WILDCARD, '$1a$2')) || (OF_AN_APP.test(text) && !OF_NO_APP.test(text));
}

/** Whether one of the patterns allows an `Origin`; `https://*.example.com` any subdomain, but not `example.com` itself. */
export function originMatches(patterns: readonly string[], origin: string): boolean {
  return patterns.some(
    (pattern) => pattern === '*' || (pattern === origin && !isOfAnyone(origin)) || isSubdomain(pattern, origin),
  );
}

// Also where a store of the host's lists it: who allows `null` allows every page that has itself sandboxed.
function isOfAnyone(origin: string): boolean {
  return origin === 'null' || origin.startsWith('file:');
}

function isSubdomain(pattern: string, origin: string): boolean {
  const [, scheme, domain] = WILDCARD.exec(pattern) ?? [];
  if (domain === undefined || !origin.startsWith(scheme) || !origin.endsWith(domain)) return false;
  return SUBDOMAINS.test(origin.slice(scheme.length, -domain.length));
}

function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
