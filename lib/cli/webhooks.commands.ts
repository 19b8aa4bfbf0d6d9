import type { CreatedWebhook } from '../consumers/webhooks/webhook-report.interface.js';
import type { WebhookService } from '../consumers/webhooks/webhook.service.js';
import type { Command, Report } from './command.interface.js';
import { parseDuration } from './duration.js';
import { EXIT, Failure } from './failure.js';
import type { WebhooksOf } from './webhooks-database.js';
import { deliveriesTable, webhooksTable } from './webhooks-table.js';

const ARGUMENT = 'one id of an endpoint, whk_…,';
const PRIVATE = `  --allow-private-addresses   also http://, loopback and private addresses, for an application that allows them
`;

const NONE = 'There are no endpoints in the database; configured ones are seen by `consumers list`.\n';

const create: Command<WebhooksOf> = {
  summary: 'add an endpoint and show its secret, once',
  usage: '--name <name> --url <url> [options]',
  details: `  --name <name>         what people call the endpoint
  --url <url>           where events are sent: https://…
  --entity-type <name>  only events of this entity type, such as search; may be repeated; default: all
  --event-type <type>   only events of this type; may be repeated; default: all
  --project <id>        only events of this project
${PRIVATE}`,
  required: ['name', 'url'],
  optional: ['entity-type', 'event-type', 'project', 'allow-private-addresses'],
  prepare(values) {
    const { name, url, project: projectId, 'entity-type': entityTypes, 'event-type': types } = values;
    const input = { name: name!, url: url!, entityTypes, types, projectId };
    const allowPrivateAddresses = values['allow-private-addresses'];
    return async (webhooksOf) => createdReport(await webhooksOf({ allowPrivateAddresses }).create(input).catch(wrongUsage));
  },
};

const list: Command<WebhooksOf> = {
  summary: 'list the endpoints of the database, how far they are behind, and what is wrong',
  usage: '',
  details: '',
  required: [],
  optional: [],
  prepare: () => async (webhooksOf) => {
    const all = await webhooksOf({}).list();
    return { result: all, text: all.length === 0 ? NONE : webhooksTable(all) };
  },
};

const rotate: Command<WebhooksOf> = {
  summary: 'give an endpoint a new secret, beside which the old one signs for a while',
  usage: '<id> [options]',
  details: `  --grace <duration>    how long the old secret signs, too: 0s, 30m, 24h, 7d; default: 24h
`,
  required: [],
  optional: ['grace'],
  argument: ARGUMENT,
  prepare({ grace = '24h' }, id) {
    const gracePeriod = parseDuration(grace);
    if (gracePeriod === undefined) throw new Failure(EXIT.usage, 'Expected --grace to be a duration such as 0s, 30m, 24h or 7d.');
    return async (webhooksOf) => createdReport(await webhooksOf({}).rotate(id, { gracePeriod }).catch(wrongUsage));
  },
};

const remove: Command<WebhooksOf> = {
  summary: 'forget an endpoint with its deliveries',
  usage: '<id>',
  details: '',
  required: [],
  optional: [],
  argument: ARGUMENT,
  prepare: (_values, id) => async (webhooksOf) => {
    await webhooksOf({}).delete(id);
    return { result: { id }, text: `The endpoint ${id} is deleted. Running applications see it within five seconds.\n` };
  },
};

const ping: Command<WebhooksOf> = {
  summary: 'send a ping at once, and tell what came of it',
  usage: '<id> [options]',
  details: PRIVATE,
  required: [],
  optional: ['allow-private-addresses'],
  argument: ARGUMENT,
  prepare: (values, id) => async (webhooksOf) => {
    const result = await webhooksOf({ allowPrivateAddresses: values['allow-private-addresses'] }).ping(id);
    const { status, ms, error } = result;
    const outcome = error === undefined ? `The endpoint has taken it, with ${status}` : typed(error);
    return { result, text: `${outcome}, after ${ms} ms.\n`, hasFailed: error !== undefined };
  },
};

const deliveries: Command<WebhooksOf> = {
  summary: 'list what was sent to an endpoint, the newest first',
  usage: '<id> [options]',
  details: `  --limit <n>           at most so many, up to 1000; default: 50
`,
  required: [],
  optional: ['limit'],
  argument: ARGUMENT,
  prepare({ limit = '50' }, id) {
    const count = Number(limit);
    return async (webhooksOf) => {
      const all = await webhooksOf({}).deliveries(id, { limit: count }).catch(wrongUsage);
      return { result: all, text: all.length === 0 ? 'Nothing was sent to this endpoint.\n' : deliveriesTable(all) };
    };
  },
};

const redeliver: Command<WebhooksOf> = {
  summary: 'send the events of a delivery once more',
  usage: '<id of a delivery> [options]',
  details: PRIVATE,
  required: [],
  optional: ['allow-private-addresses'],
  argument: 'one id of a delivery, whd_…,',
  prepare: (values, id) => async (webhooksOf) => {
    const result = await webhooksOf({ allowPrivateAddresses: values['allow-private-addresses'] }).redeliver(id);
    return { result, text: typed(deliveriesTable([result])), hasFailed: result.error !== null };
  },
};

export const WEBHOOKS_COMMANDS: Record<string, Command<WebhooksOf>> = {
  create,
  list,
  rotate,
  pause: steered('send nothing more, once what is on its way has come', (webhooks, id) => webhooks.pause(id)),
  resume: steered('go on after a pause or a stop', (webhooks, id) => webhooks.resume(id)),
  delete: remove,
  ping,
  deliveries,
  redeliver,
};

/** A command that changes the state of one endpoint, and shows it. */
function steered(summary: string, work: (webhooks: WebhookService, id: string) => Promise<void>): Command<WebhooksOf> {
  const usage = { summary, usage: '<id>', details: '', required: [], optional: [], argument: ARGUMENT };
  return {
    ...usage,
    prepare: (_values, id) => async (webhooksOf) => {
      const webhooks = webhooksOf({});
      await work(webhooks, id);
      const result = (await webhooks.list()).filter((webhook) => webhook.id === id);
      return { result: result[0], text: webhooksTable(result) };
    },
  };
}

function createdReport(created: CreatedWebhook): Report {
  const shown = `${created.secret}\n\nThis is the only time that the secret is shown.\n\n${webhooksTable([created.webhook])}`;
  return { result: created, text: shown };
}

const OPTION_OF: Partial<Record<string, string>> = {
  name: '--name',
  entityTypes: '--entity-type',
  types: '--event-type',
  projectId: '--project',
  allowPrivateAddresses: '--allow-private-addresses',
  gracePeriod: '--grace',
  limit: '--limit',
};

/** What the library refuses, in the words of who types. */
function wrongUsage(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new Failure(EXIT.usage, typed(error.message));
}

/** A message of the library, with the options of the command line in place of its fields. */
function typed(message: string): string {
  return message.replace(/`(\w+)(?:\[\d+\])?`/g, (field, name: string) => OPTION_OF[name] ?? field);
}
