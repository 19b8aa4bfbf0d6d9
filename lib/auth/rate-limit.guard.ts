import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { rawRequest } from '../http/http-request.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * Refuses with 429 the requests of a key beyond its rate limit, after `ApiKeyGuard`. A web key, which all visitors of a
 * page share, is counted for each client address. Counts are in the storage of the host's `ThrottlerModule`; where that
 * fails, requests pass.
 *
 * @example
 * ```ts
 * @UseGuards(ApiKeyGuard, RateLimitGuard)
 * ```
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(RateLimiter) private readonly rateLimiter!: RateLimiter;
  @Inject(RequestBodyReader) private readonly body!: RequestBodyReader;

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const charging = this.rateLimiter.charge(request, http.getResponse<object>());
    if (charging === undefined) return true;
    return this.body.readWhile(
      rawRequest(request),
      charging.then(() => true),
    );
  }
}
