import type { ClickHouseClient } from '@clickhouse/client';
import { describeEventReader } from 'nestjs-event-log/testing';
import type { ClickHouse } from '../../lib/clickhouse/clickhouse.js';
import { isUnavailable } from '../../lib/clickhouse/clickhouse-error.js';
import { ClickHouseEventReader } from '../../lib/clickhouse/reading/clickhouse-event.reader.js';
import { CopyingRepository } from './copying-repository.js';
import { describeClickHouse, dropDatabase, openClient, openTables } from './engine.js';

/** Settings that change answers where a question does not bring its own. */
const PROFILE = {
  limit: '2',
  offset: '1',
  sort_overflow_mode: 'break',
  distinct_overflow_mode: 'break',
  count_distinct_implementation: 'uniq',
  aggregate_functions_null_for_empty: 1,
  empty_result_for_aggregation_by_empty_set: 1,
  group_by_use_nulls: 1,
  transform_null_in: 1,
  prefer_column_name_to_alias: 1,
  use_query_cache: 1,
  session_timezone: 'Asia/Kathmandu',
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 1,
  compatibility: '21.8',
};
/** Limits at which those cut off answers. */
const LIMITS = { max_rows_to_sort: '2', max_rows_in_distinct: '1', max_block_size: '1' };

/** A client of a user with a profile. */
async function openWith(profile: object): Promise<ClickHouseClient> {
  const client = await openClient();
  const query = client.query.bind(client);
  const asked = (given: Parameters<typeof query>[0]) =>
    query({ ...given, clickhouse_settings: { ...profile, ...given.clickhouse_settings } });
  return Object.assign(client, { query: asked });
}

describeClickHouse('Reading from ClickHouse as a user with another profile', () => {
  let clickHouse: ClickHouse;
  let repository: CopyingRepository;

  beforeAll(async () => {
    clickHouse = await openTables({ client: () => openWith(PROFILE) });
    repository = new CopyingRepository(clickHouse);
  });

  afterAll(() => dropDatabase(clickHouse));

  describeEventReader('ClickHouseEventReader', () => ({ repository, reader: new ClickHouseEventReader(clickHouse) }));
});

describeClickHouse('A profile that has answers cut off', () => {
  it('has them refused', async () => {
    const clickHouse = await openTables({ client: () => openWith({ ...PROFILE, ...LIMITS }) });
    const sql = 'SELECT number FROM numbers(20) ORDER BY number';
    await expect(clickHouse.read({ sql, values: [] })).rejects.toThrow('Limit for');
    await dropDatabase(clickHouse);
  });
});

describe('What a user may not have now', () => {
  it.each([
    ['a quota that is used up', '201'],
    ['a setting that is forbidden', '452'],
  ])('may be had later: %s', (_what, code) => {
    expect(isUnavailable(Object.assign(new Error('refused'), { code }))).toBe(true);
  });
});
