import type { ConsumerService } from '../consumers/consumer.service.js';
import type { FeedStart } from '../storage/event-feed.js';
import type { Command } from './command.interface.js';
import { consumersTable, parkedTable } from './consumers-table.js';
import { EXIT, Failure } from './failure.js';

const ARGUMENT = 'one name of a consumer';

const list: Command<ConsumerService> = {
  summary: 'list the consumers, how far they are behind, and what is wrong',
  usage: '',
  details: '',
  required: [],
  optional: [],
  prepare: () => async (consumers) => {
    const all = await consumers.list();
    return { result: all, text: all.length === 0 ? 'There are no consumers: none was ever started.\n' : consumersTable(all) };
  },
};

const parked: Command<ConsumerService> = {
  summary: 'list the events that were set aside',
  usage: '<name>',
  details: '',
  required: [],
  optional: [],
  argument: ARGUMENT,
  prepare: (_values, name) => async (consumers) => {
    const events = await consumers.parked(name);
    return { result: events, text: events.length === 0 ? `No event of '${name}' is parked.\n` : parkedTable(events) };
  },
};

const reset: Command<ConsumerService> = {
  summary: 'begin anew from a place, whatever was handled',
  usage: '<name> --from beginning|now|<time>',
  details: `  --from <place>        beginning, now, or a time such as 2030-01-31T00:00:00Z
`,
  required: ['from'],
  optional: [],
  argument: ARGUMENT,
  prepare({ from }, name) {
    const start = startOf(from!);
    return async (consumers) => {
      await consumers.reset(name, start);
      return shown(consumers, name);
    };
  },
};

export const CONSUMERS_COMMANDS: Record<string, Command<ConsumerService>> = {
  list,
  pause: named('hand out nothing more, once what is in hand is handled', (consumers, name) => consumers.pause(name)),
  resume: named('go on after a pause or a stop', (consumers, name) => consumers.resume(name)),
  reset,
  parked,
  retry: named('have parked events handled once more', (consumers, name) => consumers.retry(name)),
  skip: {
    ...named('pass over the event that fails, and go on', () => Promise.resolve()),
    prepare: (_values, name) => async (consumers) => {
      const skipped = await consumers.skip(name);
      const { result, text } = await shown(consumers, name);
      const project = skipped.projectId === null ? '' : ` of ${skipped.projectId}`;
      return { result: { skipped, consumer: result }, text: `Passed over the event ${skipped.id}${project}.\n\n${text}` };
    },
  },
  forget: {
    ...named('forget one that is no more, with what it has set aside', () => Promise.resolve()),
    prepare: (_values, name) => async (consumers) => {
      await consumers.forget(name);
      return { result: { forgotten: name }, text: `The consumer '${name}' is forgotten.\n` };
    },
  },
};

/** A command that does something with one consumer, and shows it. */
function named(summary: string, work: (consumers: ConsumerService, name: string) => Promise<unknown>): Command<ConsumerService> {
  return {
    summary,
    usage: '<name>',
    details: '',
    required: [],
    optional: [],
    argument: ARGUMENT,
    prepare: (_values, name) => async (consumers) => {
      await work(consumers, name);
      return shown(consumers, name);
    },
  };
}

async function shown(consumers: ConsumerService, name: string) {
  const result = (await consumers.list()).filter((consumer) => consumer.name === name);
  return { result: result[0], text: consumersTable(result) };
}

function startOf(from: string): FeedStart {
  if (from === 'beginning' || from === 'now') return from;
  const time = new Date(from);
  if (/^\d{4}-\d\d-\d\d/.test(from) && !Number.isNaN(time.getTime())) return time;
  throw new Failure(EXIT.usage, 'Expected --from to be beginning, now, or a time such as 2030-01-31T00:00:00Z.');
}
