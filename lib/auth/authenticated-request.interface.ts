import type { HttpRequest } from '../http/http-request.js';
import type { ApiKey } from './api-key.interface.js';

/** A request that `ApiKeyGuard` let pass. */
export interface AuthenticatedRequest extends HttpRequest {
  /** The key it came with. */
  apiKey: ApiKey;
}

/** A request on its way through the guards. */
export type GuardedRequest = HttpRequest & Partial<AuthenticatedRequest>;
