import type { ConsumerService } from '../consumers/consumer.service.js';
import type { FeedStart } from '../storage/event-feed.js';
import type { Command, CommandUsage } from './command.interface.js';
import { consumersTable, parkedTable } from './consumers-table.js';
import { EXIT, Failure } from './failure.js';

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
  ...ofOne('list the events that were set aside'),
  prepare: (_values, name) => async (consumers) => {
    const events = await consumers.parked(name);
    return { result: events, text: events.length === 0 ? `No event of '${name}' is parked.\n` : parkedTable(events) };
  },
};

const reset: Command<ConsumerService> = {
  ...ofOne('begin anew from a place, whatever was handled'),
  usage: '<name> --from beginning|now|<time>',
  details: `  --from <place>        beginning, now, or a time such as 2030-01-31T00:00:00Z
`,
  required: ['from'],
  prepare({ from }, name) {
    const start = startOf(from!);
    return async (consumers) => {
      await consumers.reset(name, start);
      return shown(consumers, name);
    };
  },
};

const skip: Command<ConsumerService> = {
  ...ofOne('pass over the event that fails, and go on'),
  prepare: (_values, name) => async (consumers) => {
    const skipped = await consumers.skip(name);
    const { result, text } = await shown(consumers, name);
    const project = skipped.projectId === null ? '' : ` of ${skipped.projectId}`;
    return { result: { skipped, consumer: result }, text: `Passed over the event ${skipped.id}${project}.\n\n${text}` };
  },
};

const forget: Command<ConsumerService> = {
  ...ofOne('forget one that is no more, with what it has set aside'),
  prepare: (_values, name) => async (consumers) => {
    await consumers.forget(name);
    return { result: { forgotten: name }, text: `The consumer '${name}' is forgotten.\n` };
  },
};

export const CONSUMERS_COMMANDS: Record<string, Command<ConsumerService>> = {
  list,
  pause: steering('hand out nothing more, once what is in hand is handled', (consumers, name) => consumers.pause(name)),
  resume: steering('go on after a pause or a stop', (consumers, name) => consumers.resume(name)),
  reset,
  parked,
  retry: steering('have parked events handled once more', (consumers, name) => consumers.retry(name)),
  skip,
  forget,
};

/** How a command for one consumer is called. */
function ofOne(summary: string): CommandUsage {
  return { summary, usage: '<name>', details: '', required: [], optional: [], argument: 'one name of a consumer' };
}

/** A command that changes one consumer, and shows it. */
function steering(
  summary: string,
  change: (consumers: ConsumerService, name: string) => Promise<void>,
): Command<ConsumerService> {
  return {
    ...ofOne(summary),
    prepare: (_values, name) => async (consumers) => {
      await change(consumers, name);
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
