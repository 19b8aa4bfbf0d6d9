// This module with a copy in ClickHouse, whose engine is in the process, in the folder CLICKHOUSE_PATH.
import { EventLogClickHouseModule } from 'nestjs-event-log/clickhouse';
import { openClient } from '../clickhouse/engine.js';
import { eventLog, serve } from './serve.js';

const copy = EventLogClickHouseModule.forRoot({ client: () => openClient(process.env.CLICKHOUSE_PATH!), database: 'written' });
await serve({ imports: [...eventLog('events:write'), copy] });
