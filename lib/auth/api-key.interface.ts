/** What a key may do. */
export type ApiKeyScope = 'events:write' | 'events:read';

/** Every scope there is. */
export const API_KEY_SCOPES: readonly ApiKeyScope[] = ['events:write', 'events:read'];

/** The project and the integration that events belong to; what is set here, an event may not contradict. */
export interface EventScope {
  readonly projectId?: string | null;
  readonly integrationId?: string | null;
}

/** A key as it is looked up: never its clear text. */
export interface ApiKey extends EventScope {
  /** Name of the key for people and logs; no secret. */
  readonly id: string;
  /** SHA-256 of the key's text, 64 lower-case hexadecimal digits. */
  readonly digest: string;
  readonly scopes: readonly ApiKeyScope[];
  /** From this moment on the key is refused. */
  readonly expiresAt?: Date | null;
}

/** A key as the host configures it: its text as `key`, or only the digest of it as `digest`. */
export interface ApiKeyOptions extends EventScope {
  /** Name of the key for people and logs; no secret. */
  id: string;
  /** The key's text, at least 8 visible ASCII characters. */
  key?: string;
  /** SHA-256 of the key's text, as 64 hexadecimal digits. */
  digest?: string;
  scopes: readonly ApiKeyScope[];
  /** Only events of this project may be written; events that name none get it. */
  projectId?: string | null;
  /** Only events of this integration may be written; events that name none get it. */
  integrationId?: string | null;
  /** From this moment on the key is refused; a `Date` or an RFC 3339 date-time. */
  expiresAt?: Date | string | null;
}
