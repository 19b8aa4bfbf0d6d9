import { boolean, integer, type OptionCheck } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import { checkedRules } from '../options/retention/checked-rules.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import type { EventLogClickHouseOptions } from './clickhouse-options.interface.js';
import { type MaterializedPath, materializedPath } from './schema/materialized-path.js';

const NAME = /^[A-Za-z]\w{0,62}$/;
const OF_THE_SERVER = /^(?:system|information_schema)$/i;
/** As those who run a cluster name it. */
const CLUSTER_NAME = /^[A-Za-z][\w-]{0,62}$/;

/** Every option with its check and its default. The compiler refuses one that is missing here, or unknown. */
const OPTIONS = {
  url: checkedUrl,
  client: checkedClient,
  database: (given: unknown = 'event_log', option: string) => checkedDatabase(checkedName(given, option)),
  cluster: (given: unknown, option: string) =>
    given === undefined ? undefined : checkedName(given, option, CLUSTER_NAME, "digits, '_' and '-'"),
  materialize: checkedPaths,
  rules: checkedRules,
  copy: boolean(true),
  maxQueryBytes: integer(1024 ** 3),
} satisfies { [Name in keyof Required<EventLogClickHouseOptions>]: OptionCheck<unknown> };

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class ClickHouseSettings {
  readonly url: string | undefined;
  readonly client: EventLogClickHouseOptions['client'];
  readonly database: string;
  readonly cluster: string | undefined;
  readonly materialize: readonly MaterializedPath[];
  readonly rules: RetentionRules;
  readonly copy: boolean;
  readonly maxQueryBytes: number;

  constructor(options: EventLogClickHouseOptions, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`Expected the options of EventLogClickHouseModule to be { url, … }, got ${typeName(options)}.`);
    }
    checkOptionNames(options, Object.keys(OPTIONS), extras);
    this.url = OPTIONS.url(options.url);
    this.client = OPTIONS.client(options.client);
    this.database = OPTIONS.database(options.database, 'database');
    this.cluster = OPTIONS.cluster(options.cluster, 'cluster');
    this.materialize = OPTIONS.materialize(options.materialize);
    this.rules = OPTIONS.rules(options.rules);
    this.copy = OPTIONS.copy(options.copy, 'copy');
    this.maxQueryBytes = OPTIONS.maxQueryBytes(options.maxQueryBytes, 'maxQueryBytes');
    if ((this.url === undefined) === (this.client === undefined)) {
      throw new TypeError('Expected either `url` or `client`, which makes a ClickHouseClient, of EventLogClickHouseModule.');
    }
  }
}

// It may hold a password, so its text is shown nowhere.
function checkedUrl(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^https?:/i.test(given) && URL.canParse(given)) {
    // The client would take it as the database of each request, which is not there before it is made.
    if (new URL(given).pathname === '/') return given;
    throw new TypeError(
      'Expected `url` to have no path: the database is named by `database`, and a path of a proxy by `client`.',
    );
  }
  const shown = typeof given === 'string' ? 'another text' : typeName(given);
  throw new TypeError(`Expected \`url\` to be the HTTP interface of ClickHouse, such as 'http://127.0.0.1:8123', got ${shown}.`);
}

function checkedClient(given: unknown): EventLogClickHouseOptions['client'] {
  if (given === undefined || typeof given === 'function') return given as EventLogClickHouseOptions['client'];
  throw new TypeError(`Expected \`client\` to be a function that makes a ClickHouseClient, got ${typeName(given)}.`);
}

function checkedDatabase(name: string): string {
  if (!OF_THE_SERVER.test(name)) return name;
  throw new TypeError(
    `Expected \`database\` to be one of the copy's own, got '${name}', which is the server's: leave it out for 'event_log'.`,
  );
}

function checkedName(given: unknown, option: string, pattern = NAME, others = "digits and '_'"): string {
  if (typeof given === 'string' && pattern.test(given)) return given;
  const shown = typeof given === 'string' ? `'${given}'` : typeName(given);
  throw new TypeError(`Expected \`${option}\` to be a letter, then letters, ${others}, 63 at most, got ${shown}.`);
}

function checkedPaths(given: unknown = []): readonly MaterializedPath[] {
  if (!Array.isArray(given)) {
    throw new TypeError(`Expected \`materialize\` to be a list of paths, such as ['properties.url'], got ${typeName(given)}.`);
  }
  return [...new Set(given)].map(materializedPath);
}
