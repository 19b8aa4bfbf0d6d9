import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { EventLogModule, EventLogService } from 'nestjs-event-log';
import { EventLogHealth, EventLogHealthModule, type EventLogHealthOptions, type HealthReport } from 'nestjs-event-log/health';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { type Adapter, createApp } from '../utils/create-app.js';
import { dataSourceOptions } from '../utils/databases.js';
import { newEvent } from '../utils/events.js';
import { Lines } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';

export interface HealthHostOptions extends ModuleMetadata {
  adapter?: Adapter;
  /** Where events are stored; in memory without it. */
  databaseUrl?: string;
  source?: object;
  module?: object;
  health?: EventLogHealthOptions;
}

/** A host that tells its health. */
export async function startHealthHost(options: HealthHostOptions = {}) {
  const { adapter = 'express', databaseUrl, source, module, health, imports = [], ...metadata } = options;
  const lines = new Lines();
  const stored = databaseUrl === undefined ? {} : { storage: typeOrmStorage() };
  const sources = databaseUrl === undefined ? [] : [sourceModule(databaseUrl, source)];
  const { app, url } = await createApp(
    adapter,
    {
      ...metadata,
      imports: [
        ...sources,
        EventLogModule.forRoot({ apiKeys: [{ id: 'api', key: 'key-of-the-host', kind: 'api' }], ...stored, ...module }),
        EventLogHealthModule.forRoot({ isGlobal: true, ...health }),
        ...imports,
      ],
    },
    { logger: lines },
  );
  return { app, url, lines, check: checkOf(app), logMany: loggerOf(app) };
}

export type HealthHost = Awaited<ReturnType<typeof startHealthHost>>;

/** Waits for such a report, and resolves to it. */
export async function reportWith(
  { check }: HealthHost,
  what: string,
  holds: (report: HealthReport) => boolean,
): Promise<HealthReport> {
  let report = await check();
  await until(what, async () => holds((report = await check())));
  return report;
}

function sourceModule(databaseUrl: string, source: object = {}) {
  return TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl, source), retryAttempts: 0 } as TypeOrmModuleOptions);
}

function checkOf(app: INestApplication) {
  const health = app.get(EventLogHealth, { strict: false });
  return () => health.check();
}

/** Logs so many events at once; what becomes of them is left aside. */
function loggerOf(app: INestApplication) {
  const events = app.get(EventLogService, { strict: false });
  return (count: number): void => {
    for (let i = 0; i < count; i++) void events.log(newEvent()).catch(() => undefined);
  };
}
