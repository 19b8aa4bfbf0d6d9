import { Controller, Get, type INestApplication, type LoggerService, Req, UseGuards } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { inspect } from 'node:util';
import { ApiKeyGuard, type AuthenticatedRequest, EventLogModule, RequireScopes } from 'nestjs-event-log';
import { ApiKeyService, typeOrmApiKeys, type TypeOrmApiKeysOptions, typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { DataSource } from 'typeorm';
import { clientOf } from '../utils/client.js';
import { type Adapter, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';

export const TABLE = 'event_log_api_keys';
export const DAY = 24 * 60 * 60 * 1000;
export const CONFIGURED = { id: 'configured', key: 'configured-key', scopes: ['events:write', 'events:read'] } as const;

/** A route of the host that tells what the guard let pass. */
@Controller('whoami')
@UseGuards(ApiKeyGuard)
@RequireScopes('events:read')
class WhoAmIController {
  @Get()
  tell(@Req() { apiKey }: AuthenticatedRequest) {
    return { ...apiKey, digest: undefined };
  }
}

/** What the database was asked about keys. */
class QueryLog {
  readonly queries: string[] = [];

  /** The queries about keys while `work` ran. */
  async during(work: () => Promise<unknown>): Promise<string[]> {
    const start = this.queries.length;
    await work();
    return this.queries.slice(start);
  }

  readonly logger = {
    logQuery: (query: string) => {
      if (query.includes(TABLE)) this.queries.push(query);
    },
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };
}

export class Lines implements LoggerService {
  readonly all: string[] = [];
  readonly log = (...parts: unknown[]) => void this.all.push(inspect(parts, { depth: 8 }));
  readonly error = this.log;
  readonly warn = this.log;
}

export interface Host {
  app: INestApplication;
  keys: ApiKeyService;
  dataSource: DataSource;
  queries: QueryLog;
  logged: Lines;
  /** The status of an event logged with this key. */
  post(key: string): Promise<number>;
  /** The status and the body of the host's own route for this key. */
  whoAmI(key: string): Promise<[status: number, body: unknown]>;
}

/** A host whose keys and events are in the database at `url`. */
export async function startHost(
  adapter: Adapter,
  url: string,
  options: TypeOrmApiKeysOptions = {},
  name?: string,
): Promise<Host> {
  const queries = new QueryLog();
  const logged = new Lines();
  const { app, url: base } = await createApp(
    adapter,
    {
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(url, { logging: true, logger: queries.logger }),
          name,
          entities: [],
          autoLoadEntities: true,
          retryAttempts: 0,
        } as TypeOrmModuleOptions),
        EventLogModule.forRoot({
          apiKeys: [CONFIGURED],
          storage: typeOrmStorage({ dataSource: name }),
          keyStore: typeOrmApiKeys({ dataSource: name, ...options }),
        }),
      ],
      controllers: [WhoAmIController],
    },
    { logger: logged },
  );
  const client = clientOf(base);
  return {
    app,
    keys: app.get(ApiKeyService, { strict: false }),
    dataSource: app.get(getDataSourceToken(name), { strict: false }),
    queries,
    logged,
    post: async (key) => (await client.log(undefined, { key })).status,
    whoAmI: async (key) => {
      const answer = await client.get('/whoami', { key });
      return [answer.status, answer.json()];
    },
  };
}

/** Expects of what was logged neither the texts of keys, nor their digests, nor the statements of the database. */
export function expectNoSecrets({ all }: Lines, texts: string[]): void {
  const lines = all.join('\n');
  for (const text of texts) expect(lines).not.toContain(text.slice(12) || text);
  expect(lines).not.toMatch(/[0-9a-f]{64}/);
  expect(lines).not.toMatch(/SELECT|UPDATE/);
}
