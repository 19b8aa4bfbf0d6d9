import { randomUUID } from 'node:crypto';
import type { ClickHouseClient, ClickHouseSettings as ServerSettings } from '@clickhouse/client';
import { type OnApplicationShutdown } from '@nestjs/common';
import type { ReadRow, ReadStatement } from '../sql/read-statement.interface.js';
import { boundValues } from './bound-values.js';
import { clickHouseCode } from './clickhouse-error.js';
import type { ClickHouseSettings } from './clickhouse-settings.js';
import { loadClickHouseClient } from './load-clickhouse-client.js';
import { type Schema, schemaOf } from './schema/schema.js';

/** How long the server may take for an insert, or for a change of the schema. */
const WRITE_TIMEOUT_MS = 60_000;

export interface ClickHouseOptions {
  readonly settings?: ServerSettings;
  readonly signal?: AbortSignal;
}

/** The server: one client for all who ask. What the profile of a user may set otherwise is sent with each request. */
export class ClickHouse implements OnApplicationShutdown {
  readonly schema: Schema;

  private constructor(
    readonly settings: ClickHouseSettings,
    private readonly client: ClickHouseClient,
  ) {
    this.schema = schemaOf(settings);
  }

  /** Connects to nothing yet: a host boots without its ClickHouse. */
  static async open(settings: ClickHouseSettings): Promise<ClickHouse> {
    return new ClickHouse(settings, await clientOf(settings));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }

  /** The rows of a statement with parameters `{p1:…}`, `{p2:…}` and so on. It is stopped on the server, too, when `signal` aborts. */
  async read(statement: ReadStatement, { settings, signal }: ClickHouseOptions = {}): Promise<ReadRow[]> {
    const queryId = randomUUID();
    const stop = () => void this.kill(queryId);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      signal?.throwIfAborted();
      return rowsOf(await this.ask(statement, { ...READ_SETTINGS, ...settings }, signal, queryId));
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Changes the schema, or rows by a condition, and waits until it is done. */
  async change(sql: string, values: readonly unknown[] = []): Promise<void> {
    await this.ask({ sql, values }, CHANGE_SETTINGS, AbortSignal.timeout(WRITE_TIMEOUT_MS));
  }

  /** Inserts rows as one block. The same token again: they are there already, and the server leaves them out. */
  async insert(
    table: string,
    rows: readonly object[],
    token: string,
    { settings, signal }: ClickHouseOptions = {},
  ): Promise<void> {
    const timeout = AbortSignal.timeout(WRITE_TIMEOUT_MS);
    await this.client.insert({
      table,
      values: rows,
      format: 'JSONEachRow',
      clickhouse_settings: { ...INSERT_SETTINGS, ...settings, insert_deduplication_token: token },
      abort_signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
  }

  // As a question, whatever it is: of nothing else does the client send parameters in the body, where they may be long.
  private async ask(statement: ReadStatement, settings: ServerSettings, signal?: AbortSignal, queryId?: string): Promise<string> {
    const result = await this.client.query({
      ...boundValues(statement),
      query_id: queryId,
      format: 'JSONEachRow',
      clickhouse_settings: { ...settings, ...ASK_SETTINGS },
      use_multipart_params_auto: true,
      abort_signal: signal,
    });
    return result.text();
  }

  // Closing the connection stops no statement. Where it can't be killed, its own limit ends it.
  private async kill(queryId: string): Promise<void> {
    const on = this.schema.onCluster;
    await this.change(`KILL QUERY${on} WHERE query_id = {p1:String} ASYNC`, [queryId]).catch(clickHouseCode);
  }
}

// With a cache, what is asked of tables of the server is refused, and all that may be answered in part.
const ASK_SETTINGS: ServerSettings = { wait_end_of_query: 1, use_query_cache: 0 };

const WRITE_SETTINGS: ServerSettings = { max_execution_time: WRITE_TIMEOUT_MS / 1_000, max_result_rows: '0' };

const CHANGE_SETTINGS: ServerSettings = {
  ...WRITE_SETTINGS,
  mutations_sync: '2',
  alter_sync: '2',
  max_query_size: '16777216',
};

const READ_SETTINGS: ServerSettings = {
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  // Each server of a cluster would rename aggregates once more, and not find those of the others.
  aggregate_functions_null_for_empty: 0,
  // Of a cluster, the answer is that of all shards, as one.
  skip_unavailable_shards: 0,
  distributed_group_by_no_merge: '0',
  count_distinct_implementation: 'uniqExact',
  transform_null_in: 0,
  group_by_overflow_mode: 'throw',
  read_overflow_mode: 'throw',
  read_overflow_mode_leaf: 'throw',
  result_overflow_mode: 'throw',
  sort_overflow_mode: 'throw',
  distinct_overflow_mode: 'throw',
  set_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
  timeout_overflow_mode_leaf: 'throw',
  // They would cut off each answer, besides its own.
  limit: '0',
  offset: '0',
  // The `compatibility` of a profile with a version before 24.3 would take the older one, which has no answer to some questions.
  allow_experimental_analyzer: 1,
  // What names, groups, an empty answer and numbers mean.
  prefer_column_name_to_alias: 0,
  group_by_use_nulls: 0,
  empty_result_for_aggregation_by_empty_set: 0,
  precise_float_parsing: 1,
  max_query_size: '16777216',
  max_ast_elements: '500000',
  max_expanded_ast_elements: '2000000',
  max_result_rows: '0',
  max_execution_time: 60,
};

const INSERT_SETTINGS: ServerSettings = {
  ...WRITE_SETTINGS,
  // As one block, of which the token is known.
  async_insert: 0,
  insert_deduplicate: 1,
  distributed_foreground_insert: 1,
  input_format_parallel_parsing: 0,
  max_insert_block_size: '1000000',
  min_insert_block_size_rows: '0',
  min_insert_block_size_bytes: '0',
  // A batch of events that were imported may be of many days.
  max_partitions_per_insert_block: '0',
  input_format_skip_unknown_fields: 0,
  input_format_null_as_default: 0,
};

// By ourselves: the client leaves out a last line that is not whole, as of an answer that was cut off.
function rowsOf(text: string): ReadRow[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('An answer was cut off');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ReadRow]));
}

async function clientOf({ url, client }: ClickHouseSettings): Promise<ClickHouseClient> {
  if (client !== undefined) return checkedClient(await client());
  const { createClient, ClickHouseLogLevel } = await loadClickHouseClient();
  return createClient({
    url,
    application: 'nestjs-event-log',
    request_timeout: WRITE_TIMEOUT_MS * 2,
    // It would write what failed to stderr.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function checkedClient(made: ClickHouseClient): ClickHouseClient {
  // What a host wrote in JavaScript may be anything.
  const { query, insert, close } = (made ?? {}) as Partial<ClickHouseClient>;
  if ([query, insert, close].every((method) => typeof method === 'function')) return made;
  throw new TypeError('Expected `client` of EventLogClickHouseModule to make a ClickHouseClient, as createClient() does.');
}
