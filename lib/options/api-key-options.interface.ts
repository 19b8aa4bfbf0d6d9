import type { RateLimit } from './rate-limit.interface.js';

/** What a key may do. */
export type ApiKeyScope = 'events:write' | 'events:read';

/** Who holds a key: a `web` key is public, in a page, and only writes; an `api` key is a secret of a server. */
export type ApiKeyKind = 'web' | 'api';

/** What a new key may do, where and until when. */
export interface ApiKeyGrant {
  /** A `web` key may only write, and only from its `allowedOrigins`. */
  kind?: ApiKeyKind;
  /**
   * What the key may do.
   * @default what its kind may: `web` writes, `api` writes and reads; required where there is no kind
   */
  scopes?: readonly ApiKeyScope[];
  /** Only events of this project may be written and read; events that are sent without one get it. */
  projectId?: string | null;
  /** Only events of this integration may be written and read; events that are sent without one get it. */
  integrationId?: string | null;
  /**
   * Only events of these entity types may be written, others are refused with 403: so a public key that is to log searches can't
   * write orders, and only these are read. At least one.
   * @default all
   */
  entityTypes?: readonly string[] | null;
  /**
   * The browser origins from which the key may be used: `https://example.com`, `https://*.example.com` (any subdomain,
   * not `example.com` itself) or `*`; of apps and extensions, `tauri://localhost`, `chrome-extension://<id>` and the like.
   * Never `null` or `file://`; 255 characters each. A request without an `Origin` is not from a page, and not held to them.
   * @default none
   */
  allowedOrigins?: readonly string[];
  /** From this moment on the key is refused; a `Date` or an RFC 3339 date-time. */
  expiresAt?: Date | string | null;
}

/** A key as the host configures it: its text as `key`, or only the digest of it as `digest`. */
export interface ApiKeyOptions extends ApiKeyGrant {
  /** Name of the key for people and logs; no secret. */
  id: string;
  /** The key's text, at least 8 visible ASCII characters. */
  key?: string;
  /** SHA-256 of the key's text, as 64 hexadecimal digits. */
  digest?: string;
  /**
   * How many requests the key may make.
   * @default the option `rateLimit`
   */
  rateLimit?: RateLimit;
}
