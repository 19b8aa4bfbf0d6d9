import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { setAnswerHeader } from '../http/set-answer-header.js';
import type { RateLimit } from '../options/rate-limit.interface.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { type RequestCount, RequestCounter } from './request-counter.js';

/** Counts what a key asks for, tells it in the headers of the answer, and refuses what is beyond its limit. */
@Injectable()
export class RateLimiter {
  constructor(
    private readonly counter: RequestCounter,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Rejects with 429 beyond the limit; `undefined` where nothing is to be counted. `requests` is how many it counts for. */
  charge(request: GuardedRequest, response: object, requests = 1): Promise<void> | undefined {
    const rateLimit = this.counter.limitOf(request);
    return rateLimit === undefined || requests < 1 ? undefined : this.pass(request, response, rateLimit, requests);
  }

  private async pass(request: GuardedRequest, response: object, rateLimit: RateLimit, requests: number): Promise<void> {
    const count = await this.counter.count(request, rateLimit, requests);
    if (count === undefined) return;
    const reset = String(secondsOf(count.isBlocked ? count.timeToBlockExpire : count.timeToExpire, rateLimit));
    this.tell(response, rateLimit, count, reset);
    if (count.isBlocked) {
      throw new HttpException(`Too many requests; send it again in ${reset} s`, HttpStatus.TOO_MANY_REQUESTS);
    }
  }

  private tell(response: object, { limit }: RateLimit, { isBlocked, totalHits }: RequestCount, reset: string): void {
    const { httpAdapter } = this.adapterHost;
    const setHeader = (name: string, value: string) => setAnswerHeader(httpAdapter, response, name, value);
    setHeader('RateLimit-Limit', String(limit));
    setHeader('RateLimit-Remaining', String(isBlocked ? 0 : Math.max(limit - totalHits, 0)));
    setHeader('RateLimit-Reset', reset);
    if (isBlocked) setHeader('Retry-After', reset);
  }
}

// Whole seconds from 1 to the length of the window, whatever a storage makes of its times: clients wait for so long.
function secondsOf(time: number, { ttl }: RateLimit): number {
  return Math.min(Math.max(Math.ceil(time), 1), Math.ceil(ttl / 1000));
}
