import type { ApiKeyStore } from './api-key.store.js';

/** Without a route, keys need not be given: `ApiKeyGuard`, where the host uses it, then lets nobody pass. */
export const NO_KEYS: ApiKeyStore = { findByDigest: () => undefined };
