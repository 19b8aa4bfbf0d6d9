import 'reflect-metadata';
import { Controller, Module, Post } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { EventLogModule } from 'nestjs-event-log';
import { wrapExpressRoutes, wrapFastifyRoutes } from './wrappers.js';

// A host that a tracer may have been loaded into: `traced-host.js express|fastify with|bare [wrapped]`. It prints how it
// answered, and what the tracer saw, which `spans` holds, and whom it tried to reach.

declare global {
  var spans: string[] | undefined;
  var reached: string[] | undefined;
}

const [platform, mode, wrapped] = process.argv.slice(2);

@Controller('host')
class HostController {
  @Post()
  answer(): string {
    return 'of the host';
  }
}

const apiKeys = [{ id: 'page', key: 'page-key', kind: 'web' as const, allowedOrigins: ['https://site.example'] }];

@Module({
  imports: mode === 'with' ? [EventLogModule.forRoot({ apiKeys })] : [],
  controllers: [HostController],
})
class HostModule {}

function adapterOf(): AbstractHttpAdapter {
  if (platform === 'express') {
    const adapter = new ExpressAdapter();
    if (wrapped) wrapExpressRoutes(adapter);
    return adapter;
  }
  const adapter = new FastifyAdapter();
  if (wrapped) wrapFastifyRoutes(adapter);
  return adapter;
}

async function main(): Promise<void> {
  const app = await NestFactory.create(HostModule, adapterOf(), { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${app.getHttpServer().address().port}`;

  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    await response.text();
    return [response.status, response.headers.get('Content-Type'), response.headers.get('Access-Control-Allow-Origin')];
  };
  const headers = { Authorization: 'Bearer page-key', 'Content-Type': 'application/json', Origin: 'https://site.example' };
  const post = (path: string, body: string) => request(path, { method: 'POST', headers, body });
  const event = (text: string) => JSON.stringify({ entityType: 'message', type: 't', messageId: 'm', properties: { text } });
  const preflight = { Origin: 'https://site.example', 'Access-Control-Request-Method': 'POST' };

  const answers = {
    host: await post('/host', '{}'),
    ...(mode === 'with' && {
      small: await post('/events', event('')),
      large: await post('/events', event('x'.repeat(1_500_000))),
      malformed: await post('/events', '{'),
      preflight: await request('/events', { method: 'OPTIONS', headers: preflight }),
      doubled: await post('//events', event('')),
    }),
  };
  await app.close();
  const { spans = [], reached = [] } = globalThis;
  process.stdout.write(`${JSON.stringify({ answers, spans, reached })}\n`, () => process.exit());
}

void main();
