// This module with a copy in the ClickHouse of CLICKHOUSE_URL.
import { EventLogClickHouseModule } from 'nestjs-event-log/clickhouse';
import { eventLog, serve } from './serve.js';

const copy = EventLogClickHouseModule.forRoot({ url: process.env.CLICKHOUSE_URL, database: 'written' });
await serve({ imports: [...eventLog('events:write'), copy] });
