import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsInt } from 'class-validator';
import {
  EventDto,
  EventLogModule,
  EventLogService,
  EventRepository,
  EventType,
  type LogOutcome,
  type StoredEvent,
} from 'nestjs-event-log';
import { ConsumerService, EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { EventLogQueryModule, EventQueryService } from 'nestjs-event-log/query';
import { describeEventRepository } from 'nestjs-event-log/testing';
import {
  ApiKeyService,
  eventLogConsumerMigrations,
  eventLogMigrations,
  typeOrmApiKeys,
  typeOrmStorage,
} from 'nestjs-event-log/typeorm';
import assert from 'node:assert/strict';

// A host as users write it. run.mjs compiles it as CommonJS for Nest 11 and as ESM for Nest 12; it prints what it saw.

@Injectable()
class Orders {
  constructor(
    private readonly eventLog: EventLogService,
    readonly repository: EventRepository,
    readonly keys: ApiKeyService,
  ) {}

  pay(id: string): Promise<LogOutcome> {
    return this.eventLog.log({ id, entityType: 'conversation', type: 'paid', conversationId: 'c1', properties: { total: 7 } });
  }
}

@EventType('order')
class OrderEventDto extends EventDto {
  @IsInt()
  totalCents!: number;
}

@Module({ imports: [EventLogModule.forFeature([OrderEventDto])] })
class OrdersModule {}

@Module({
  imports: [
    OrdersModule,
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: 'events.sqlite',
      autoLoadEntities: true,
      migrations: eventLogMigrations,
      migrationsRun: true,
    }),
    EventLogModule.forRoot({
      apiKeys: [
        { id: 'host', key: 'host-key', scopes: ['events:write'], projectId: 'p1' },
        { id: 'page', key: 'page-key', kind: 'web', allowedOrigins: ['https://site.example'] },
      ],
      rateLimit: { limit: 2, ttl: 60_000 },
      storage: typeOrmStorage(),
      keyStore: typeOrmApiKeys(),
    }),
    ThrottlerModule.forRoot(),
  ],
  providers: [Orders],
})
class AppModule {}

@Module({
  imports: [
    EventLogModule.forRoot({ apiKeys: [{ id: 'reader', key: 'reader-key', kind: 'api', projectId: 'p1' }] }),
    EventLogQueryModule.forRoot(),
  ],
})
class ReadingModule {}

@EventConsumer({ name: 'mails', entityTypes: ['search'] })
class Mails {
  handle!: (events: readonly StoredEvent[]) => void;
  readonly handled = new Promise<string[]>((resolve) => {
    this.handle = (events) => resolve(events.map(({ id }) => id));
  });
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      name: 'consumers',
      type: 'better-sqlite3',
      database: 'consumers.sqlite',
      autoLoadEntities: true,
      migrations: [...eventLogMigrations, ...eventLogConsumerMigrations],
      migrationsRun: true,
    }),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'host', key: 'host-key', kind: 'api' }],
      storage: typeOrmStorage({ dataSource: 'consumers' }),
    }),
    EventLogConsumersModule.forRoot(),
  ],
  providers: [Mails],
})
class ConsumingModule {}

/** What a consumer is given, and what is told of it. */
async function observeConsumer() {
  const app = await NestFactory.createApplicationContext(ConsumingModule, { logger: ['error'], abortOnError: false });
  const eventLog = app.get(EventLogService, { strict: false });
  const stored = new Promise<string>((resolve) => eventLog.stored$.subscribe(({ id }) => resolve(id)));
  await eventLog.log({ id: 'consumed', entityType: 'search', type: 't', searchQuery: 'q' });
  const handled = await app.get(Mails).handled;
  const names = (await app.get(ConsumerService, { strict: false }).list()).map(({ name }) => name);
  const seen = { stored: await stored, handled, names };
  await app.close();
  return seen;
}

/** What a host that stores in memory answers about its events. */
async function observeReading(adapter: AbstractHttpAdapter) {
  const app = await NestFactory.create(ReadingModule, adapter, { logger: ['error'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  await app
    .get(EventLogService, { strict: false })
    .log({ id: 'a/b', entityType: 'search', type: 't', searchQuery: '=1', projectId: 'p1' });
  const { port } = app.getHttpServer().address();
  const read = async (path: string, body?: object) => {
    const headers = { Authorization: 'Bearer reader-key', 'Content-Type': 'application/json' };
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${port}/query/${path}`, { headers, ...init });
    return `${response.status} ${response.headers.get('Content-Type')} ${await response.text()}`;
  };
  const select = [{ type: 'field', field: 'searchQuery' }];
  const seen = {
    found: await read('events/a%2Fb'),
    rows: await read('events', { select }),
    csv: await read('events/export', { select }),
    injected: (await app.get(EventQueryService, { strict: false }).find('a/b', 'p1'))?.id,
  };
  await app.close();
  return seen;
}

async function observe(adapter: AbstractHttpAdapter) {
  const name = adapter.getType();
  const app = await NestFactory.create(AppModule, adapter, { logger: ['error'], abortOnError: false });
  app.enableCors({ origin: 'https://host.example', credentials: true });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().addBearerAuth().build());
  await app.listen(0, '127.0.0.1');
  const orders = app.get(Orders);
  const { port } = app.getHttpServer().address();

  const send = async (method: string, body?: string, key = 'host-key') => {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const response = await fetch(`http://127.0.0.1:${port}/events`, { method, headers, body });
    return { status: response.status, type: response.headers.get('Content-Type'), body: await response.json() };
  };
  /** As a page does. */
  const fromPage = async (method: string, path: string, headers: Record<string, string>, body?: string) => {
    const origin = 'https://site.example';
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { origin, ...headers }, body });
    await response.text();
    return [response.status, response.headers.get('Access-Control-Allow-Origin')];
  };
  const event = {
    id: name,
    entityType: 'message',
    type: 'message:copied',
    messageId: 'm1',
    createdAt: '2026-01-02T03:04:05.678Z',
  };
  const { text } = await orders.keys.create({ name: 'stored', kind: 'api', projectId: 'p2' });
  const seen = {
    event: await send('POST', JSON.stringify({ ...event, properties: { a: ['é'] } })),
    malformed: await send('POST', '{"entityType":'),
    get: await send('GET'),
    limited: await send('POST'),
    byStoredKey: await send('POST', JSON.stringify(event), text),
    ofOwn: await send('POST', JSON.stringify({ entityType: 'order', type: 'paid', totalCents: 5 }), text),
    document,
    fromPage: [
      await fromPage('OPTIONS', '/events', { 'Access-Control-Request-Method': 'POST' }),
      await fromPage(
        'POST',
        '//events',
        { Authorization: 'Bearer page-key', 'Content-Type': 'application/json' },
        JSON.stringify(event),
      ),
      await fromPage('POST', '/events', { Authorization: 'Bearer host-key' }, '{}'),
      await fromPage('POST', '/events/beacon?key=page-key', { 'Content-Type': 'text/plain' }, JSON.stringify(event)),
    ],
    logged: [await orders.pay(`${name}-paid`), await orders.pay(`${name}-paid`)].map(({ replayed }) => replayed),
  };
  await app.close();
  return seen;
}

/** How many tests of the store the published `describeEventRepository` defines, all of which pass. */
async function checkContract(repository: EventRepository): Promise<number> {
  const tests: (() => Promise<void>)[] = [];
  describeEventRepository('the store of the host', () => repository, {
    describe: (_name, define) => define(),
    it: (_name, run) => tests.push(run),
    expect: (actual) => ({
      toBe: (expected) => assert.equal(actual, expected),
      toEqual: (expected) => assert.deepEqual(actual, expected),
    }),
  });
  for (const test of tests) await test();
  return tests.length;
}

async function main(): Promise<void> {
  const express = await observe(new ExpressAdapter());
  const fastify = await observe(new FastifyAdapter());
  const reading = { express: await observeReading(new ExpressAdapter()), fastify: await observeReading(new FastifyAdapter()) };
  const consumer = await observeConsumer();
  const context = await NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
  const contract = await checkContract(context.get(Orders).repository);
  await context.close();
  console.log(JSON.stringify({ express, fastify, reading, consumer, contract }));
}

void main();
