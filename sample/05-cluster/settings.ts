import { availableParallelism } from 'node:os';

/** The environment, with a default for everything but the database. */
export interface Settings {
  port: number;
  workers: number;
  adapter: 'express' | 'fastify';
  databaseUrl: string;
  redisUrl: string;
  /** Milliseconds until all workers refuse a revoked key. */
  keyCacheTtl: number;
}

export function readSettings(env = process.env): Settings {
  const { PORT = '3000', WORKERS = String(availableParallelism()), ADAPTER = 'express', DATABASE_URL = '' } = env;
  if (!/^postgres(?:ql)?:/.test(DATABASE_URL)) {
    // SQLite has one writer at a time: more processes would make each of them wait, and none faster.
    throw new Error('Expected DATABASE_URL to be postgres://…, as several processes write to it at once.');
  }
  if (!/^[1-9]\d?$/.test(WORKERS)) throw new Error(`Expected WORKERS to be 1 to 99, got '${WORKERS}'.`);
  if (ADAPTER !== 'express' && ADAPTER !== 'fastify') {
    throw new Error(`Expected ADAPTER to be express or fastify, got '${ADAPTER}'.`);
  }
  return {
    port: Number(PORT),
    workers: Number(WORKERS),
    adapter: ADAPTER,
    databaseUrl: DATABASE_URL,
    redisUrl: env.REDIS_URL ?? 'redis://127.0.0.1:6379',
    keyCacheTtl: Number(env.KEY_CACHE_TTL ?? 60_000),
  };
}
