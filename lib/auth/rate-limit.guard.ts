import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  HttpStatus,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { hash } from 'node:crypto';
import { EventLogSettings } from '../options/event-log-settings.js';
import { rawRequest } from '../http/http-request.js';
import { within } from '../timing/within.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { clientAddress } from './client-address.js';
import type { RateLimit } from '../options/rate-limit.interface.js';

/** Keeps our counts apart from those of the host in a storage that both use. */
const THROTTLER_NAME = 'event-log';
/** What a count may take of `answerTimeout`. */
const COUNT_SHARE = 0.1;
/** How long a storage that failed is left alone. */
const PAUSE_MS = 1_000;

/**
 * Refuses with 429 the requests of a key beyond its rate limit, after `ApiKeyGuard`. A web key, which all visitors of a
 * page share, is counted for each client address. Counts are in the storage of the host's `ThrottlerModule`.
 */
@Injectable()
export class RateLimitGuard implements CanActivate, OnModuleInit {
  private readonly logger = new Logger('EventLogModule');
  private throttler?: ReturnType<typeof loadThrottler>;
  private pausedUntil = 0;

  constructor(
    private readonly settings: EventLogSettings,
    private readonly adapterHost: HttpAdapterHost,
    private readonly moduleRef: ModuleRef,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.settings.hasRateLimits) await this.load();
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const rateLimit = request.apiKey?.rateLimit ?? this.settings.rateLimit;
    if (rateLimit === undefined) return true;
    return this.pass(request, context.switchToHttp().getResponse<object>(), rateLimit);
  }

  private async pass(request: GuardedRequest, response: object, rateLimit: RateLimit): Promise<boolean> {
    const start = performance.now();
    const record = await this.count(request, rateLimit);
    request.keyLookupMs = (request.keyLookupMs ?? 0) + performance.now() - start;
    if (record === undefined) return true;
    const reset = String(Math.max(record.isBlocked ? record.timeToBlockExpire : record.timeToExpire, 1));
    const setHeader = (name: string, value: string) => this.adapterHost.httpAdapter.setHeader(response, name, value);
    setHeader('RateLimit-Limit', String(rateLimit.limit));
    setHeader('RateLimit-Remaining', String(record.isBlocked ? 0 : Math.max(rateLimit.limit - record.totalHits, 0)));
    setHeader('RateLimit-Reset', reset);
    if (!record.isBlocked) return true;
    setHeader('Retry-After', reset);
    throw new HttpException(`Too many requests; send it again in ${reset} s`, HttpStatus.TOO_MANY_REQUESTS);
  }

  // Open, unlike the lookup of keys: an outage of the counts must not cost events, and what may wait is bounded anyway.
  private async count(request: GuardedRequest, { limit, ttl }: RateLimit) {
    const { apiKey, ip } = request;
    const { storage, normalizeIp } = await this.load();
    if (performance.now() < this.pausedUntil) return undefined;
    const counted = JSON.stringify([
      apiKey?.id,
      apiKey?.kind === 'web' ? normalizeIp(clientAddress(ip, rawRequest(request).socket?.remoteAddress)) : null,
    ]);
    try {
      const record = storage.increment(hash('sha256', counted), ttl, limit, ttl, THROTTLER_NAME);
      return await within(this.settings.answerTimeout * COUNT_SHARE, record);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'a value that is no Error was thrown';
      if (performance.now() >= this.pausedUntil) this.logger.warn(`Requests pass without a rate limit: ${reason}`);
      this.pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    }
  }

  private load() {
    return (this.throttler ??= loadThrottler(this.moduleRef));
  }
}

// Only where a limit is set: the package is an optional peer.
async function loadThrottler(moduleRef: ModuleRef) {
  try {
    const { getStorageToken, normalizeIp } = await import('@nestjs/throttler');
    const storage = moduleRef.get<ThrottlerStorage>(getStorageToken(), { strict: false });
    return { storage, normalizeIp };
  } catch (cause) {
    const fix = 'install @nestjs/throttler, 6.7 or later, and import ThrottlerModule.forRoot() in the host';
    throw new Error(`EventLogModule counts requests for \`rateLimit\` in the storage of ThrottlerModule: ${fix}.`, { cause });
  }
}
