import type { OnApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Redis } from 'ioredis';

/** Counts in one step on the server: the hits of a window, and the milliseconds that it still lasts. */
const COUNT = `
  local hits = redis.call('INCR', KEYS[1])
  if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return { hits, redis.call('PTTL', KEYS[1]) }`;

/** Counts of all processes together, in Redis. */
export class RedisThrottlerStorage implements ThrottlerStorage, OnApplicationShutdown {
  private readonly redis: Redis;

  constructor(url: string) {
    // A count that can't be made fails at once, and its request passes: it must not wait for Redis.
    this.redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => 100 });
    this.redis.on('error', () => undefined); // what fails of it is in the log of the module
  }

  async increment(key: string, ttl: number, limit: number, _blockDuration: number, throttlerName: string) {
    const [totalHits, left] = (await this.redis.eval(COUNT, 1, `${throttlerName}:${key}`, ttl)) as [number, number];
    const seconds = Math.ceil(left / 1_000);
    return { totalHits, timeToExpire: seconds, isBlocked: totalHits > limit, timeToBlockExpire: seconds };
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }
}
