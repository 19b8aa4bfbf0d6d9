import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { hash } from 'node:crypto';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { rawRequest } from '../http/http-request.js';
import { requestIdOf } from '../http/request-id.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { RateLimit } from '../options/rate-limit.interface.js';
import { deadlineOf } from '../timing/request-deadline.js';
import { within } from '../timing/within.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { clientAddress } from './client-address.js';
import { loadThrottler, type Throttler } from './load-throttler.js';

/** Keeps our counts apart from those of the host in a storage that both use. */
const THROTTLER_NAME = 'event-log';
/** What a count may take of `answerTimeout`. */
const COUNT_SHARE = 0.1;
/** How many counts in a row must fail before the storage is left alone, and for how long it then is. */
const MAX_FAILURES = 3;
const PAUSE_MS = 1_000;

export type RequestCount = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests in the storage of the host's `ThrottlerModule`. Fails open, unlike the lookup of keys: an outage of the
 * counts must not cost events, and what may wait for the store is bounded anyway.
 */
@Injectable()
export class RequestCounter implements OnModuleInit {
  private throttler?: Promise<Throttler>;
  private failures = 0;
  private pausedUntil = 0;
  private quietUntil = 0;

  constructor(
    private readonly settings: EventLogSettings,
    private readonly moduleRef: ModuleRef,
  ) {}

  async onModuleInit(): Promise<void> {
    if (!this.settings.hasRateLimits) return;
    const throttler = await this.load();
    // A storage connects with its first count, which may take longer than a request waits: the first ones would pass uncounted.
    await within(this.settings.answerTimeout, countOnce(throttler)).catch(() => undefined);
  }

  /** `undefined` where no limit is set. */
  limitOf({ apiKey }: GuardedRequest): RateLimit | undefined {
    return apiKey?.rateLimit ?? this.settings.rateLimit;
  }

  /** Counts a request for so many; `undefined` where the storage failed: it then passes uncounted. */
  async count(request: GuardedRequest, rateLimit: RateLimit, requests: number): Promise<RequestCount | undefined> {
    const { answerTimeout } = this.settings;
    const throttler = await this.load();
    if (performance.now() < this.pausedUntil) return undefined;
    try {
      const increments = Array.from({ length: requests }, () => this.increment(throttler, request, rateLimit));
      const counts = await deadlineOf(rawRequest(request), answerTimeout).within(
        Promise.all(increments),
        answerTimeout * COUNT_SHARE,
      );
      return counts.find(({ isBlocked }) => isBlocked) ?? counts.at(-1);
    } catch (error) {
      this.noteFailure(error, request);
      return undefined;
    }
  }

  private async increment({ storage, normalizeIp }: Throttler, request: GuardedRequest, { limit, ttl }: RateLimit) {
    const { apiKey, ip } = request;
    const address = () => normalizeIp(clientAddress(ip, rawRequest(request).socket?.remoteAddress));
    const counted = JSON.stringify([String(apiKey?.id), apiKey?.kind === 'web' ? address() : null, this.settings.intake]);
    const count: unknown = await storage.increment(hash('sha256', counted), ttl, limit, ttl, THROTTLER_NAME);
    if (!isCount(count)) throw new TypeError('increment() did not resolve to a ThrottlerStorageRecord');
    // Late as it may be, an answer shows that the storage works.
    this.failures = this.pausedUntil = 0;
    return count;
  }

  // One failure lets its own request pass; only a storage that keeps failing is left alone.
  private noteFailure(error: unknown, request: GuardedRequest): void {
    const now = performance.now();
    if (++this.failures >= MAX_FAILURES) this.pausedUntil = now + PAUSE_MS;
    if (now >= this.quietUntil) {
      logger.warn(LogLine.of('Requests pass without a rate limit', error, { requestId: requestIdOf(request) }));
    }
    this.quietUntil = now + PAUSE_MS;
  }

  private load(): Promise<Throttler> {
    return (this.throttler ??= loadThrottler(this.moduleRef));
  }
}

async function countOnce({ storage }: Throttler): Promise<void> {
  await storage.increment('boot', 1, 1, 1, THROTTLER_NAME);
}

function isCount(count: unknown): count is RequestCount {
  const { isBlocked, totalHits, timeToExpire, timeToBlockExpire } = (count ?? {}) as Partial<RequestCount>;
  return typeof isBlocked === 'boolean' && [totalHits, isBlocked ? timeToBlockExpire : timeToExpire].every(Number.isFinite);
}
