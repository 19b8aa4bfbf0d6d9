import { checkedInteger, MAX_TIMER_MS } from '../../options/checks/checked-integer.js';
import { oneOf } from '../../options/checks/option-checks.js';
import { checkOptionNames } from '../../options/checks/option-names.js';
import type { ProviderSource } from '../../options/checks/provider-source.js';
import { typeName } from '../../options/checks/type-name.js';
import type { EventReader } from '../../storage/event-reader.js';
import { EVENT_READER } from '../../storage/event-storage.js';
import type { BuildPart } from '../../storage/storage-part.js';
import type { ClickHouse } from '../clickhouse.js';
import { CLICKHOUSE_SERVER } from '../clickhouse.token.js';
import { CopiedEventReader } from './copied-event.reader.js';

/** What `clickHouseReader()` takes. */
export interface ClickHouseReaderOptions {
  /**
   * Who answers while ClickHouse can't be reached or is behind by more than `maxLag`: nobody, and routes answer 503, or the log's own
   * store.
   * @default 'none'
   */
  fallback?: 'none' | 'storage';
  /**
   * The longest time, in milliseconds, by which the copy may be behind and still be read.
   * @default 300000
   */
  maxLag?: number;
}

/**
 * The reader of what `EventLogClickHouseModule` copies, for `EventLogQueryModule`: the same answers, as they were at the `asOf` that
 * they tell.
 *
 * @example
 * ```ts
 * EventLogQueryModule.forRoot({ reader: clickHouseReader({ fallback: 'storage' }) })
 * ```
 */
export function clickHouseReader(options: ClickHouseReaderOptions = {}): ProviderSource<EventReader> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Expected the options of clickHouseReader() to be { fallback, maxLag }, got ${typeName(options)}.`);
  }
  checkOptionNames(options, ['fallback', 'maxLag'], []);
  const fallback = oneOf('none', 'storage')(options.fallback, 'fallback');
  const maxLag = checkedInteger('maxLag', options.maxLag ?? 300_000, MAX_TIMER_MS);
  return {
    useFactory: async (clickHouse: ClickHouse, readerOfLog?: BuildPart<EventReader>) =>
      new CopiedEventReader(clickHouse, maxLag, fallback === 'none' ? undefined : await storageReader(readerOfLog)),
    inject: [CLICKHOUSE_SERVER, EVENT_READER],
  };
}

function storageReader(build?: BuildPart<EventReader>): Promise<EventReader> {
  if (build !== undefined) return build();
  throw new Error(
    "clickHouseReader({ fallback: 'storage' }) needs the `reader` of EventLogModule's `storage`, which has none: give it one, { repository, reader }, or leave `fallback` out.",
  );
}
