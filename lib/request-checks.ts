import type { Provider } from '@nestjs/common';
import { ApiKeyLookup } from './auth/api-key-lookup.js';
import { API_KEYS, ApiKeyStore } from './auth/api-key.store.js';
import { RateLimiter } from './auth/rate-limiter.js';
import { RequestCounter } from './auth/request-counter.js';
import { RequestBodyReader } from './http/body/request-body.reader.js';

/** What requests are read and judged by, with the settings and the keys of the module that provides it. */
export const REQUEST_CHECKS: Provider[] = [
  { provide: API_KEYS, useExisting: ApiKeyStore },
  ApiKeyLookup,
  RequestCounter,
  RateLimiter,
  RequestBodyReader,
];
