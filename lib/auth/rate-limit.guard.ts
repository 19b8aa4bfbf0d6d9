import { type CanActivate, type ExecutionContext, HttpException, HttpStatus, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { rawRequest } from '../http/http-request.js';
import { setAnswerHeader } from '../http/set-answer-header.js';
import type { RateLimit } from '../options/rate-limit.interface.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { RequestCounter } from './request-counter.js';

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
  @Inject(RequestCounter) private readonly requestCounter!: RequestCounter;
  @Inject(RequestBodyReader) private readonly body!: RequestBodyReader;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const rateLimit = this.requestCounter.limitOf(request);
    if (rateLimit === undefined) return true;
    const passing = this.pass(request, context.switchToHttp().getResponse<object>(), rateLimit);
    return this.body.readWhile(rawRequest(request), passing);
  }

  private async pass(request: GuardedRequest, response: object, rateLimit: RateLimit): Promise<boolean> {
    const count = await this.requestCounter.count(request, rateLimit);
    if (count === undefined) return true;
    const reset = String(secondsOf(count.isBlocked ? count.timeToBlockExpire : count.timeToExpire, rateLimit));
    const { httpAdapter } = this.adapterHost;
    const setHeader = (name: string, value: string) => setAnswerHeader(httpAdapter, response, name, value);
    setHeader('RateLimit-Limit', String(rateLimit.limit));
    setHeader('RateLimit-Remaining', String(count.isBlocked ? 0 : Math.max(rateLimit.limit - count.totalHits, 0)));
    setHeader('RateLimit-Reset', reset);
    if (!count.isBlocked) return true;
    setHeader('Retry-After', reset);
    throw new HttpException(`Too many requests; send it again in ${reset} s`, HttpStatus.TOO_MANY_REQUESTS);
  }
}

// Whole seconds from 1 to the length of the window, whatever a storage makes of its times: clients wait for so long.
function secondsOf(time: number, { ttl }: RateLimit): number {
  return Math.min(Math.max(Math.ceil(time), 1), Math.ceil(ttl / 1000));
}
