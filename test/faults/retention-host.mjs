// A host that removes what is over as soon as it has started, and says when it begins. The variable RETENTION_HOST holds the settings below. A hasty one says
// that events are gone a moment before they are, for the test that must find what it leaves.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogRetentionModule } from 'nestjs-event-log/retention';
import { eventLogConsumerMigrations, eventLogMigrations, TypeOrmEventEraser, typeOrmStorage } from 'nestjs-event-log/typeorm';

const { database, rules, isHasty } = JSON.parse(process.env.RETENTION_HOST);

class Eraser extends TypeOrmEventEraser {
  scan(...asked) {
    if (!this.hasBegun) console.log('begun');
    this.hasBegun = true;
    return super.scan(...asked);
  }
}

class HastyEraser extends Eraser {
  async purge(keys) {
    void delay(100).then(() => super.purge(keys));
    return keys.length;
  }
}

const eraser = { useFactory: (source) => new (isHasty ? HastyEraser : Eraser)(source), inject: [getDataSourceToken()] };
const migrations = [...eventLogMigrations, ...eventLogConsumerMigrations];

class AppModule {}
const module = {
  module: AppModule,
  imports: [
    TypeOrmModule.forRoot({ ...database, autoLoadEntities: true, migrations, retryAttempts: 0 }),
    EventLogModule.forRoot({ route: false, storage: { ...typeOrmStorage(), eraser } }),
    EventLogRetentionModule.forRoot({ rules, every: 1 }),
  ],
};

await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
