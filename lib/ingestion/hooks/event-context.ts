import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { clientAddress } from '../../auth/client-address.js';
import { originOf } from '../../http/cors.js';
import { rawRequest } from '../../http/http-request.js';
import { requestIdOf } from '../../http/request-id.js';
import type { EventContext } from './event-context.interface.js';

/** What hooks are told of a request that the guards let pass. */
export function eventContextOf(request: AuthenticatedRequest): EventContext {
  const { apiKey, headers, ip } = request;
  const raw = rawRequest(request);
  return {
    keyId: apiKey.id,
    keyKind: apiKey.kind ?? 'api',
    origin: originOf(raw),
    clientAddress: clientAddress(ip, raw.socket?.remoteAddress) || undefined,
    userAgent: headers['user-agent'],
    requestId: requestIdOf(request),
  };
}
