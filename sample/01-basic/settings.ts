import type { ApiKeyOptions } from 'nestjs-event-log';
import { PROJECT } from './page.controller.js';

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
  return {
    port,
    adapter: ADAPTER,
    databaseUrl: DATABASE_URL,
    keyCacheTtl: Number(KEY_CACHE_TTL),
    apiKeys: [
      { id: 'api', key: env.API_KEY ?? 'demo-api-key', scopes: ['events:write', 'events:read'], projectId: PROJECT },
      {
        id: 'web',
        key: env.WEB_KEY ?? 'demo-web-key',
        kind: 'web',
        allowedOrigins: ['*'], // in a host of yours, the origins of its pages
        projectId: PROJECT,
      },
      {
        id: 'read',
        key: env.READ_KEY ?? 'demo-read-key',
        scopes: ['events:read'],
        allowedOrigins: ['*'], // in a host of yours, the origin of the page that shows the events
        projectId: PROJECT,
      },
      {
        id: 'expired',
        key: env.EXPIRED_KEY ?? 'demo-expired-key',
        scopes: ['events:write'],
        projectId: PROJECT,
        expiresAt: '2020-01-01T00:00:00Z',
      },
      {
        id: 'page',
        key: env.PAGE_KEY ?? 'demo-page-key',
        kind: 'web',
        allowedOrigins: ['*'],
        projectId: PROJECT,
        integrationId: 'demo-page',
      },
    ],
  };
}
