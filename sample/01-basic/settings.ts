import type { ApiKeyOptions } from 'nestjs-event-log';
import { PAGE_INTEGRATION } from './page.controller.js';

/** The environment, with a default for everything. */
export interface Settings {
  port: number;
  adapter: 'express' | 'fastify';
  databaseUrl: string;
  /** Milliseconds until a running sample refuses a revoked key; tests have it short. */
  keyCacheTtl: number;
  apiKeys: (ApiKeyOptions & { key: string })[];
}

export function readSettings(env = process.env): Settings {
  const { PORT = '3000', ADAPTER = 'express', DATABASE_URL = 'sqlite:./data/events.sqlite', KEY_CACHE_TTL = '60000' } = env;
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`Expected PORT to be 0 to 65535, got '${PORT}'.`);
  if (ADAPTER !== 'express' && ADAPTER !== 'fastify')
    throw new Error(`Expected ADAPTER to be express or fastify, got '${ADAPTER}'.`);
  const projectId = 'demo-project';
  return {
    port,
    adapter: ADAPTER,
    databaseUrl: DATABASE_URL,
    keyCacheTtl: Number(KEY_CACHE_TTL),
    apiKeys: [
      { id: 'api', key: env.API_KEY ?? 'demo-api-key', scopes: ['events:write', 'events:read'], projectId },
      {
        id: 'web',
        key: env.WEB_KEY ?? 'demo-web-key',
        kind: 'web',
        allowedOrigins: ['*'], // in a host of yours, the origins of its pages
        projectId,
      },
      { id: 'read', key: env.READ_KEY ?? 'demo-read-key', scopes: ['events:read'], projectId },
      {
        id: 'expired',
        key: env.EXPIRED_KEY ?? 'demo-expired-key',
        scopes: ['events:write'],
        projectId,
        expiresAt: '2020-01-01T00:00:00Z',
      },
      {
        id: 'page',
        key: env.PAGE_KEY ?? 'demo-page-key',
        kind: 'web',
        allowedOrigins: ['*'],
        projectId,
        integrationId: PAGE_INTEGRATION,
      },
    ],
  };
}
