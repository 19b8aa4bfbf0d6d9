// This module as in event-log.ts, with its metrics collected every second, as by a scrape.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { EventLogModule } from 'nestjs-event-log';
import { EventLogTelemetryModule } from 'nestjs-event-log/telemetry';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { adapterOf } from './adapter.js';
import { databaseOf } from './database.js';
import { listening } from './listening.js';

const COLLECT_MS = 1_000;

const exporter = new PrometheusExporter({ preventServerStart: true });
const meterProvider = new MeterProvider({ readers: [exporter] });

@Module({
  imports: [
    TypeOrmModule.forRoot(databaseOf(process.env.DATABASE_URL!)),
    EventLogModule.forRoot({
      apiKeys: [{ id: 'bench', key: process.env.API_KEY, scopes: ['events:write'] }],
      storage: typeOrmStorage(),
    }),
    EventLogTelemetryModule.forRoot({ meterProvider }),
  ],
})
class AppModule {}

const app = await NestFactory.create(AppModule, adapterOf(process.env.ADAPTER!), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
setInterval(() => void exporter.collect(), COLLECT_MS);
listening(app.getHttpServer());
