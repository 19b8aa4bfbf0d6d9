import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogQueryModule, EventQueryService, type QueryRequest } from 'nestjs-event-log/query';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import type { TestDatabase } from '../../test/utils/databases.js';
import { median, type Ratio } from '../figures.js';
import { API_KEY } from '../server.js';
import { databaseOf } from '../servers/database.js';

const ROUNDS = 200;
const QUERY = {
  select: [
    { type: 'field', field: 'id' },
    { type: 'field', field: 'createdAt' },
  ],
  // So few that their number is known without a count of all, beside which HTTP would not show.
  where: { condition: { field: 'createdAt', operator: 'gte', value: '2026-06-30T23:58:00.000Z' } },
  orderBy: [{ field: 'createdAt', direction: 'desc' }],
  limit: 50,
} satisfies QueryRequest;

const BODY = JSON.stringify(QUERY);

/** What a query takes longer over HTTP than in process, in milliseconds, at the median; client and server share a process. */
export async function overHttp(engine: string, database: TestDatabase): Promise<Ratio[]> {
  const imports = [
    TypeOrmModule.forRoot(databaseOf(database.url)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: API_KEY, scopes: ['events:read'] }],
      storage: typeOrmStorage(),
    }),
    EventLogQueryModule.forRoot(),
  ];
  const app = await NestFactory.create({ module: class {}, imports }, new FastifyAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/query/events`;
  // Not by fetch(), which takes a millisecond itself.
  const agent = new Agent({ keepAlive: true });
  const queries = app.get(EventQueryService, { strict: false });
  const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' };
  const overHttp: number[] = [];
  const inProcess: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    inProcess.push(await timeOf(() => queries.query(QUERY)));
    overHttp.push(
      await timeOf(async () => {
        const asking = request(url, { method: 'POST', headers, agent }).end(BODY);
        const [answer] = (await once(asking, 'response')) as [IncomingMessage];
        if (answer.statusCode !== 200) throw new Error(`A query was answered with ${answer.statusCode}`);
        await text(answer);
      }),
    );
  }
  agent.destroy();
  await app.close();
  const value = median(overHttp) - median(inProcess);
  return [{ name: `milliseconds that HTTP adds to a query at the median, ${engine}`, value, atMost: 2 }];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
