// Instances of an application with consumers, whose effect is a line in a file; says where the first one takes events. The
// variable CONSUMER_HOST holds the settings below. Some of its stores are wrong, for tests that must find what they cause.
import 'reflect-metadata';
import { Inject } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { appendFileSync, fsyncSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, InMemoryConsumerStore } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { eventLogConsumerMigrations, eventLogMigrations, TypeOrmConsumerStore, typeOrmStorage } from 'nestjs-event-log/typeorm';

const settings = JSON.parse(process.env.CONSUMER_HOST);
const { file, names, from, batchSize, instances, before, after, beforeMove, firstMove, isForgetful, asks, store } = settings;
const { database } = settings; // the options of the data source
const log = openSync(file, 'a');

/** A line is one write: what is killed leaves it whole, or not at all. */
function note(line) {
  appendFileSync(log, `${JSON.stringify({ ...line, at: performance.timeOrigin + performance.now() })}\n`);
  fsyncSync(log);
}

/**
 * A consumer that has its effect whatever its signal says, as most do. A forgetful one has it when it has said that it is done; one
 * that asks needs the database for it.
 */
function consumerClass(name, app) {
  const tell = (kind, attempt, ids) => note({ app, consumer: name, kind, attempt, ids });
  const work = async (source, events, { attempt, signal }) => {
    const ids = events.map(({ id }) => id);
    signal.addEventListener('abort', () => tell('abort', attempt, ids));
    tell('begin', attempt, ids);
    await delay(before);
    if (asks) await source.query('SELECT 1');
    tell('effect', attempt, ids);
    await delay(after);
    tell('end', attempt, ids);
  };
  class Consumer {
    async handle(events, context) {
      const working = work(this.source, events, context);
      if (!isForgetful) await working;
      working.catch(() => undefined);
    }
  }
  Inject(getDataSourceToken())(Consumer.prototype, 'source');
  EventConsumer({ name, from, batchSize })(Consumer);
  return Consumer;
}

/** Lets whoever holds the lease move the position, whatever its term. */
class UnfencedStore extends TypeOrmConsumerStore {
  async move({ name }, position) {
    const [{ term }] = await this.find([name]);
    return super.move({ name, term }, position);
  }
}

/** Takes a lease for free when the position was moved long ago by the clock. */
class ClockStore extends TypeOrmConsumerStore {
  async find(names) {
    const isOld = ({ movedAt }) => Date.now() - Date.parse(movedAt) > 60_000;
    return (await super.find(names)).map((state) => (isOld(state) ? { ...state, holder: null } : state));
  }

  async acquire({ name }, holder) {
    const [state] = await super.find([name]);
    return super.acquire(state, holder);
  }
}

const STORES = { typeorm: TypeOrmConsumerStore, unfenced: UnfencedStore, clock: ClockStore, memory: InMemoryConsumerStore };

/** A store that waits before it moves a position, for the first time and then. */
function storeOf(source) {
  let wait = firstMove ?? beforeMove;
  class Store extends STORES[store] {
    async move(lease, position) {
      const waited = delay(wait);
      wait = beforeMove;
      await waited;
      return super.move(lease, position);
    }
  }
  return new Store(source);
}

function moduleOf(app) {
  class AppModule {}
  const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];
  const consumers = { useFactory: storeOf, inject: [getDataSourceToken()] };
  return {
    module: AppModule,
    imports: [
      TypeOrmModule.forRoot({ ...database, autoLoadEntities: true, migrations, migrationsRun: true, retryAttempts: 0 }),
      EventLogModule.forRoot({
        apiKeys: [{ id: 'host', kind: 'api', key: process.env.API_KEY }],
        storage: { ...typeOrmStorage(), consumers },
      }),
      EventLogConsumersModule.forRoot(),
    ],
    providers: names.map((name) => consumerClass(name, app)),
  };
}

async function start(number) {
  const app = await NestFactory.create(moduleOf(`${process.pid}:${number}`), { logger: ['error', 'warn'] });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  return app;
}

const [first] = await Promise.all(Array.from({ length: instances }, (_, number) => start(number)));
console.log(`http://localhost:${first.getHttpServer().address().port}/events`);
