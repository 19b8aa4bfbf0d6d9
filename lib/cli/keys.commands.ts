import type { ApiKeyService, CreatedApiKey } from '../typeorm/keys/api-key.service.js';
import type { Command, Report } from './command.interface.js';
import { parseDuration } from './duration.js';
import { EXIT, Failure } from './failure.js';
import { keysTable, stateOf } from './keys-table.js';
import { newKeyOf } from './new-key.js';

const create: Command<ApiKeyService> = {
  summary: 'make a key and show it, once',
  usage: '--name <name> --kind web|api [options]',
  details: `  --name <name>         what people call the key
  --kind web|api        web: public, in a page, only writes; api: secret, of a server
  --scope <scope>       events:write or events:read, may be repeated; default: what the kind may do
  --project <id>        only events of this project
  --integration <id>    only events of this integration
  --entity-type <name>  only events of this entity type, such as search; may be repeated; default: all
  --origin <origin>     where a page with the key may be: https://example.com, https://*.example.com, tauri://localhost or *;
                        may be repeated; a web key needs one
  --expires <when>      a time such as 2030-01-31T00:00:00Z, or how long from now: 90s, 30m, 24h, 90d; default: never
`,
  required: ['name', 'kind'],
  optional: ['scope', 'project', 'integration', 'entity-type', 'origin', 'expires'],
  prepare(values) {
    const input = newKeyOf(values);
    return async (keys) => reportOf(await keys.create(input));
  },
};

const list: Command<ApiKeyService> = {
  summary: 'list the keys, also those that are expired or revoked',
  usage: '',
  details: '',
  required: [],
  optional: [],
  prepare: () => async (keys) => {
    const all = await keys.list();
    const result = all.map((key) => ({ ...key, state: stateOf(key) }));
    return { result, text: all.length === 0 ? 'There are no keys.\n' : keysTable(all) };
  },
};

const rotate: Command<ApiKeyService> = {
  summary: 'make a key like another one, which expires after a while',
  usage: '<id> [options]',
  details: `  --grace <duration>    how long the old key stays valid: 0s, 30m, 24h, 7d; default: 24h
`,
  required: [],
  optional: ['grace'],
  argument: 'one id of a key, key_…,',
  prepare({ grace = '24h' }, id) {
    const gracePeriod = parseDuration(grace);
    if (gracePeriod === undefined) throw new Failure(EXIT.usage, 'Expected --grace to be a duration such as 0s, 30m, 24h or 7d.');
    return async (keys) => {
      const report = reportOf(await keys.rotate(id, { gracePeriod }));
      return { ...report, text: `${report.text}\nThe old key stays valid for ${grace}, or until it expires.\n` };
    };
  },
};

const revoke: Command<ApiKeyService> = {
  summary: 'refuse a key from now on',
  usage: '<id>',
  details: '',
  required: [],
  optional: [],
  argument: 'one id of a key, key_…,',
  prepare: (_values, id) => async (keys) => {
    const key = await keys.revoke(id);
    return {
      result: key,
      text: `${keysTable([key])}\nRunning applications refuse it within their cacheTtl, by default a minute.\n`,
    };
  },
};

export const KEYS_COMMANDS: Record<string, Command<ApiKeyService>> = { create, list, rotate, revoke };

function reportOf(created: CreatedApiKey): Report {
  const text = `${created.text}\n\nThis is the only time that the key is shown.\n\n${keysTable([created.key])}`;
  return { result: created, text, warning: created.warning };
}
