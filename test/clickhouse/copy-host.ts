import { setTimeout as delay } from 'node:timers/promises';
import { EventLogService, type EventStorage } from 'nestjs-event-log';
import {
  clickHouseReader,
  ClickHouseCopyService,
  EventLogClickHouseModule,
  type ClickHouseReaderOptions,
} from 'nestjs-event-log/clickhouse';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { CLICKHOUSE_SERVER } from '../../lib/clickhouse/clickhouse.token.js';
import type { EventLogClickHouseOptions } from 'nestjs-event-log/clickhouse';
import type { Adapter, CreateAppOptions } from '../utils/create-app.js';
import { startReadingHost } from '../query/http-host.js';
import { until } from '../utils/until.js';
import { openClient } from './engine.js';

export interface CopyHostOptions {
  adapter?: Adapter;
  database: string;
  storage?: EventStorage;
  clickHouse?: Partial<EventLogClickHouseOptions>;
  reader?: ClickHouseReaderOptions;
  app?: CreateAppOptions;
}

/** A host that copies what it takes into ClickHouse, and reads from there. */
export async function startCopyHost({ adapter = 'express', database, storage, clickHouse, reader, app }: CopyHostOptions) {
  const host = await startReadingHost(adapter, {
    log: storage && { storage },
    imports: [EventLogClickHouseModule.forRoot({ client: openClient, database, ...clickHouse })],
    query: { reader: clickHouseReader(reader) },
    app,
  });
  const copy = host.app.get(ClickHouseCopyService, { strict: false });
  const events = host.app.get(EventLogService, { strict: false });
  const server = host.app.get<ClickHouse>(CLICKHOUSE_SERVER, { strict: false });
  return {
    ...host,
    copy,
    clickHouse: server,
    events,
    /** One after the other: their order is that of the ids. */
    async log(...ids: string[]): Promise<void> {
      for (const id of ids) await events.log({ id, entityType: 'message', type: 't', messageId: 'm' });
    },
    /** Resolves when all that is stored by now can be read from ClickHouse. */
    async copied(): Promise<void> {
      const since = Date.now();
      await until('all is copied', async () => {
        const { asOf } = await copy.report().catch(() => ({ asOf: null }));
        if (asOf !== null && Date.parse(asOf) >= since) return true;
        await delay(100); // the engine does one thing after the other
        return false;
      });
    },
  };
}
