import type { ApiKeyKind, ApiKeyScope } from '../options/api-key-options.interface.js';
import type { ApiKeyService, CreatedApiKey } from '../typeorm/keys/api-key.service.js';
import type { StoredApiKey } from '../typeorm/keys/stored-api-key.js';
import { checkedNewApiKey, type NewApiKey } from '../typeorm/keys/new-api-key.js';
import { parseDuration } from './duration.js';
import { EXIT, Failure } from './failure.js';
import { textTable } from './text-table.js';

/** What the options of all commands are, for `parseArgs()`. */
export const OPTIONS = {
  database: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  name: { type: 'string' },
  kind: { type: 'string' },
  scope: { type: 'string', multiple: true },
  project: { type: 'string' },
  integration: { type: 'string' },
  origin: { type: 'string', multiple: true },
  expires: { type: 'string' },
  grace: { type: 'string' },
} as const;

export type Option = keyof typeof OPTIONS;

export interface Values {
  name?: string;
  kind?: string;
  scope?: string[];
  project?: string;
  integration?: string;
  origin?: string[];
  expires?: string;
  grace?: string;
}

/** What a command did: for programs, for people, and what is odd about it. */
export interface Report {
  result: unknown;
  text: string;
  warning?: string;
}

/** A command of `keys`: `prepare()` checks what was given, before any database is asked. */
export interface Command {
  summary: string;
  usage: string;
  details: string;
  required: readonly Option[];
  optional: readonly Option[];
  /** Whether the id of a key is given. */
  takesId: boolean;
  prepare(values: Values, id: string): (keys: ApiKeyService) => Promise<Report>;
}

const create: Command = {
  summary: 'make a key and show it, once',
  usage: '--name <name> --kind web|api [options]',
  details: `  --name <name>         what people call the key
  --kind web|api        web: public, in a page, only writes; api: secret, of a server
  --scope <scope>       events:write or events:read, may be repeated; default: what the kind may do
  --project <id>        only events of this project
  --integration <id>    only events of this integration
  --origin <origin>     where a page with the key may be: https://example.com, https://*.example.com or *;
                        may be repeated; a web key without one may be used from nowhere
  --expires <when>      a time such as 2030-01-31T00:00:00Z, or how long from now: 90s, 30m, 24h, 90d; default: never
`,
  required: ['name', 'kind'],
  optional: ['scope', 'project', 'integration', 'origin', 'expires'],
  takesId: false,
  prepare(values) {
    const input = newKeyOf(values);
    return async (keys) => reportOf(await keys.create(input));
  },
};

const list: Command = {
  summary: 'list the keys, also those that are expired or revoked',
  usage: '',
  details: '',
  required: [],
  optional: [],
  takesId: false,
  prepare: () => async (keys) => {
    const all = await keys.list();
    return { result: all, text: all.length === 0 ? 'There are no keys.\n' : tableOf(all) };
  },
};

const rotate: Command = {
  summary: 'make a key like another one, which expires after a while',
  usage: '<id> [options]',
  details: `  --grace <duration>    how long the old key stays valid: 0s, 30m, 24h, 7d; default: 24h
`,
  required: [],
  optional: ['grace'],
  takesId: true,
  prepare({ grace = '24h' }, id) {
    const gracePeriod = parseDuration(grace);
    if (gracePeriod === undefined) throw new Failure(EXIT.usage, 'Expected --grace to be a duration such as 0s, 30m, 24h or 7d.');
    return async (keys) => {
      const report = reportOf(await keys.rotate(id, { gracePeriod }));
      return { ...report, text: `${report.text}\nThe old key stays valid for ${grace}, or until it expires.\n` };
    };
  },
};

const revoke: Command = {
  summary: 'refuse a key from now on',
  usage: '<id>',
  details: '',
  required: [],
  optional: [],
  takesId: true,
  prepare: (_values, id) => async (keys) => {
    const key = await keys.revoke(id);
    return {
      result: key,
      text: `${tableOf([key])}\nRunning applications refuse it within their cacheTtl, by default a minute.\n`,
    };
  },
};

export const KEYS_COMMANDS: Record<string, Command> = { create, list, rotate, revoke };

function newKeyOf(values: Values): NewApiKey {
  const { expires } = values;
  const lifetime = expires === undefined ? undefined : parseDuration(expires);
  const input = {
    name: values.name!,
    kind: values.kind as ApiKeyKind,
    scopes: values.scope as ApiKeyScope[] | undefined,
    projectId: values.project,
    integrationId: values.integration,
    allowedOrigins: values.origin,
    expiresAt: lifetime === undefined ? expires : new Date(Date.now() + lifetime),
  };
  try {
    checkedNewApiKey(input);
    return input;
  } catch (error) {
    throw new Failure(EXIT.usage, (error as TypeError).message);
  }
}

function reportOf(created: CreatedApiKey): Report {
  const text = `${created.text}\n\nThis is the only time that the key is shown.\n\n${tableOf([created.key])}`;
  return { result: created, text, warning: created.warning };
}

function tableOf(keys: readonly StoredApiKey[]): string {
  return textTable([
    ['ID', 'NAME', 'KEY', 'SCOPES', 'PROJECT', 'INTEGRATION', 'ORIGINS', 'STATE', 'EXPIRES', 'LAST USED'],
    ...keys.map((key) => [
      key.id,
      key.name,
      `${key.prefix}…`,
      key.scopes.join(),
      key.projectId ?? '-',
      key.integrationId ?? '-',
      key.allowedOrigins?.join() || 'none',
      stateOf(key),
      timeText(key.expiresAt),
      timeText(key.lastUsedAt),
    ]),
  ]);
}

function timeText(time: Date | null): string {
  if (time === null) return 'never';
  return Number.isNaN(time.getTime()) ? 'unreadable' : time.toISOString();
}

function stateOf({ revokedAt, expiresAt, replacedBy, unreadable }: StoredApiKey): string {
  if (revokedAt) return 'revoked';
  if (unreadable) return 'unreadable';
  if (expiresAt && expiresAt.getTime() <= Date.now()) return 'expired';
  return replacedBy ? 'replaced' : 'valid';
}
