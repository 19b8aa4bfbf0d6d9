import { MAX_TIMER_MS } from '../options/checks/checked-integer.js';
import { integer, oneOf, type OptionCheck } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { FeedStart } from '../storage/event-feed.js';
import { checkedStart } from './checked-start.js';
import type { EventConsumerOptions } from './event-consumer.interface.js';

const NAME = /^[\w.:-]{1,100}$/;

/** Every option of a consumer with its check and its default. */
const OPTIONS = {
  name: checkedName,
  entityTypes: checkedEntityTypes,
  from: (given: unknown = 'now') => checkedStart(given),
  batchSize: integer(100, 1_000),
  handleTimeout: integer(30_000, MAX_TIMER_MS),
  maxAttempts: integer(5, 1_000),
  retryDelay: integer(1_000, MAX_TIMER_MS),
  onFailure: oneOf('park', 'stop'),
} satisfies { [Name in keyof Required<EventConsumerOptions>]: OptionCheck<EventConsumerOptions[Name]> };

/** The options of a consumer in force. Throws a `TypeError` that names one that is wrong. */
export class ConsumerSettings {
  readonly name: string;
  readonly entityTypes: readonly string[] | undefined;
  readonly from: FeedStart;
  readonly batchSize: number;
  readonly handleTimeout: number;
  readonly maxAttempts: number;
  readonly retryDelay: number;
  readonly onFailure: 'park' | 'stop';

  constructor(options: EventConsumerOptions) {
    if (typeof options !== 'object' || options === null) throw new TypeError(`Expected { name, … }, got ${typeName(options)}.`);
    checkOptionNames(options, Object.keys(OPTIONS), []);
    this.name = OPTIONS.name(options.name);
    this.entityTypes = OPTIONS.entityTypes(options.entityTypes);
    this.from = OPTIONS.from(options.from);
    this.batchSize = OPTIONS.batchSize(options.batchSize, 'batchSize');
    this.handleTimeout = OPTIONS.handleTimeout(options.handleTimeout, 'handleTimeout');
    this.maxAttempts = OPTIONS.maxAttempts(options.maxAttempts, 'maxAttempts');
    this.retryDelay = OPTIONS.retryDelay(options.retryDelay, 'retryDelay');
    this.onFailure = OPTIONS.onFailure(options.onFailure, 'onFailure');
  }
}

function checkedName(given: unknown): string {
  if (typeof given === 'string' && NAME.test(given)) return given;
  const shown = typeof given === 'string' ? `'${given}'` : typeName(given);
  throw new TypeError(`Expected \`name\` to be 1 to 100 letters, digits, '.', '_', ':' and '-', got ${shown}.`);
}

function checkedEntityTypes(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.length > 0 && given.every((name) => typeof name === 'string' && name !== ''))
    return [...given];
  throw new TypeError(
    `Expected \`entityTypes\` to be a list of names of entity types, such as ['message']; leave it out for all.`,
  );
}
