import type { ClickHouseClient } from '@clickhouse/client';
import type { RetentionRule } from '../options/retention/retention-rule.interface.js';

/** What `EventLogClickHouseModule.forRoot()` takes. */
export interface EventLogClickHouseOptions {
  /**
   * Of the HTTP interface of ClickHouse, such as `http://127.0.0.1:8123`. It may hold the user and the password; no error and no
   * line of the log shows it. Needs `@clickhouse/client`.
   * @default none: `client` is given
   */
  url?: string;
  /**
   * Makes the client of ClickHouse, in place of `url`: for settings of its own, or for an engine in the process. It is called
   * once, and the module closes what it makes.
   * @default none: `url` is given
   */
  client?: () => ClickHouseClient | Promise<ClickHouseClient>;
  /**
   * The database of the copy, which is made where it is missing: a letter, then letters, digits and `_`.
   * @default 'event_log'
   */
  database?: string;
  /**
   * The cluster of ClickHouse, by its name there: its tables are replicated, and events are spread over its shards by project and id.
   * @default none: one server
   */
  cluster?: string;
  /**
   * Paths that are asked for often, such as `'properties.url'`: each has a column of its own. One that is new is added to what
   * there is.
   * @default none
   */
  materialize?: readonly string[];
  /**
   * How long events stay in the copy, by rules such as those of `EventLogRetentionModule`: the same ones, or longer ones, as the log's
   * own rules remove nothing from the copy. ClickHouse follows them by itself, some hours late.
   * @default none: every event stays
   * @example [{ keepFor: '2y' }, { entityType: 'search', keepFor: '90d' }]
   */
  rules?: readonly RetentionRule[];
  /**
   * Whether this instance may copy. Of all that may, one does at a time; `false` for those that only read.
   * @default true
   */
  copy?: boolean;
  /**
   * Most memory, in bytes, that one query takes on the server; one that needs more is refused with 422.
   * @default 1073741824
   */
  maxQueryBytes?: number;
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogClickHouseExtras {
  /**
   * Makes `ClickHouseCopyService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}
