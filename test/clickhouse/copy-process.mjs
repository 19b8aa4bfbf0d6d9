// A host that copies PostgreSQL into ClickHouse, with the engine in its process; with `check` it ends once all is copied, and prints
// what it has.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { createChdbConnection } from 'chdb/connection';
import { ClickHouseCopyService, EventLogClickHouseModule } from '../../dist/esm/clickhouse/index.js';
import { CLICKHOUSE_SERVER } from '../../dist/esm/clickhouse/clickhouse.token.js';
import { EventLogModule } from '../../dist/esm/index.js';
import { eventLogConsumerMigrations, eventLogMigrations, typeOrmStorage } from '../../dist/esm/typeorm/index.js';

const [url, path, mode] = process.argv.slice(2);
const client = () => createClient({ connection: createChdbConnection({ path }) });

class HostModule {}

const app = await NestFactory.createApplicationContext(
  {
    module: HostModule,
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        autoLoadEntities: true,
        migrations: [...eventLogMigrations, ...eventLogConsumerMigrations],
        migrationsRun: true,
      }),
      EventLogModule.forRoot({ apiKeys: [{ id: 'a', key: 'key-of-the-host', kind: 'api' }], storage: typeOrmStorage() }),
      EventLogClickHouseModule.forRoot({ client, database: 'copy' }),
    ],
  },
  { logger: ['error', 'warn'] },
);
console.log('started');
if (mode === 'check') {
  const copy = app.get(ClickHouseCopyService);
  const isWhole = async () => {
    const report = await copy.report().catch(() => undefined);
    return report?.lagEvents === 0 && report.asOf !== null;
  };
  while (!(await isWhole())) await delay(200);
  const sql = 'SELECT count() AS rows, uniqExact(project_key, id) AS ids FROM copy.event_log_events';
  const [counted] = await app.get(CLICKHOUSE_SERVER, { strict: false }).read({ sql, values: [] });
  const days = await copy.compare();
  console.log(JSON.stringify({ ...counted, days }));
  await app.close();
  process.exit();
}
