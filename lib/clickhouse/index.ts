export type { EventLogClickHouseExtras, EventLogClickHouseOptions } from './clickhouse-options.interface.js';
export { ClickHouseCopyService } from './copying/clickhouse-copy.service.js';
export type { CopyReport, DayCount } from './copying/copy-report.interface.js';
export { EventLogClickHouseModule } from './event-log-clickhouse.module.js';
export { clickHouseReader, type ClickHouseReaderOptions } from './reading/clickhouse-reader.js';
