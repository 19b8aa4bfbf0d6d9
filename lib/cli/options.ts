/** What the options of all commands are, for `parseArgs()`. */
export const OPTIONS = {
  database: { type: 'string' },
  'data-source': { type: 'string' },
  schema: { type: 'string' },
  'entity-prefix': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  name: { type: 'string' },
  kind: { type: 'string' },
  scope: { type: 'string', multiple: true },
  project: { type: 'string' },
  integration: { type: 'string' },
  'entity-type': { type: 'string', multiple: true },
  origin: { type: 'string', multiple: true },
  expires: { type: 'string' },
  grace: { type: 'string' },
  type: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  user: { type: 'string' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  url: { type: 'string' },
  'event-type': { type: 'string', multiple: true },
  'allow-private-addresses': { type: 'boolean' },
  with: { type: 'string', multiple: true },
  'user-id': { type: 'string' },
  mode: { type: 'string' },
  anonymize: { type: 'string', multiple: true },
  'older-than': { type: 'string' },
  'ignore-consumers': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  clickhouse: { type: 'string' },
  'clickhouse-database': { type: 'string' },
  'clickhouse-cluster': { type: 'string' },
} as const;

export type Option = keyof typeof OPTIONS;

/** The options of every command. */
export const COMMON: readonly Option[] = ['database', 'data-source', 'schema', 'entity-prefix', 'json', 'help'];

export interface Values {
  json?: boolean;
  name?: string;
  kind?: string;
  scope?: string[];
  project?: string;
  integration?: string;
  'entity-type'?: string[];
  origin?: string[];
  expires?: string;
  grace?: string;
  type?: string;
  from?: string;
  to?: string;
  user?: string;
  limit?: string;
  cursor?: string;
  format?: string;
  output?: string;
  url?: string;
  'event-type'?: string[];
  'allow-private-addresses'?: boolean;
  with?: string[];
  'user-id'?: string;
  mode?: string;
  anonymize?: string[];
  'older-than'?: string;
  'ignore-consumers'?: boolean;
  'dry-run'?: boolean;
  yes?: boolean;
  clickhouse?: string;
  'clickhouse-database'?: string;
  'clickhouse-cluster'?: string;
}
