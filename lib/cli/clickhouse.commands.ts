import { ServiceUnavailableException } from '@nestjs/common';
import type { CopyReport, DayCount } from '../clickhouse/copying/copy-report.interface.js';
import type { CopyOf } from './clickhouse-database.js';
import { QueryRefusal } from '../storage/reading/query-refusal.js';
import type { Command } from './command.interface.js';
import type { Environment } from './database-options.js';
import { EXIT, Failure } from './failure.js';
import type { Option, Values } from './options.js';
import { textTable } from './text-table.js';

const DETAILS = `  --clickhouse <url>    the HTTP interface of ClickHouse, or env:<name> for a variable that holds it; without it CLICKHOUSE_URL is read
  --clickhouse-database <name>  of the copy, by default event_log
  --clickhouse-cluster <name>  where the tables are, or are to be, on a cluster
`;
const OPTIONAL: readonly Option[] = ['clickhouse', 'clickhouse-database', 'clickhouse-cluster'];

const migrate: Command<CopyOf> = {
  summary: 'make the tables of the copy, or bring them up to this version',
  usage: '[options]',
  details: DETAILS,
  required: [],
  optional: OPTIONAL,
  prepare: (values) => async (copyOf, _terminal, env) => {
    const copy = await copyOf(serverOf(values, env));
    const ran = await copy.migrate().catch(unavailable);
    return { result: ran, text: ran.length === 0 ? 'Nothing is pending.\n' : `Done: ${ran.join(', ')}.\n` };
  },
};

const status: Command<CopyOf> = {
  summary: 'show how far the copy is; ends with 1 where a day has another count than in the log',
  usage: '[options]',
  details: DETAILS,
  required: [],
  optional: OPTIONAL,
  prepare: (values) => async (copyOf, _terminal, env) => {
    const copy = await copyOf(serverOf(values, env));
    const report = await copy.report().catch(unavailable);
    const days = await copy.compare().catch(uncounted);
    const differing = days.filter(({ stored, copied }) => stored !== copied);
    return { result: { ...report, days }, text: shown(report, differing), hasFailed: differing.length > 0 };
  },
};

export const CLICKHOUSE_COMMANDS: Record<string, Command<CopyOf>> = { status, migrate };

function serverOf({ clickhouse, 'clickhouse-database': database, 'clickhouse-cluster': cluster }: Values, env: Environment) {
  const url =
    clickhouse === undefined || clickhouse.startsWith('env:') ? env[clickhouse?.slice(4) ?? 'CLICKHOUSE_URL'] : clickhouse;
  if (url) return { url, database, cluster };
  throw new Failure(EXIT.usage, 'Set CLICKHOUSE_URL, or give --clickhouse: see --help.');
}

function unavailable(error: unknown): never {
  if (!(error instanceof ServiceUnavailableException)) throw error;
  const { message, cause } = error;
  throw new Failure(EXIT.unavailable, `${message}${cause instanceof Error ? ` (${cause.message})` : ''}.`);
}

function uncounted(error: unknown): never {
  if (!(error instanceof QueryRefusal)) return unavailable(error);
  throw new Failure(EXIT.unavailable, 'The events of each day could not be counted in time: the log or ClickHouse is too busy.');
}

function shown({ asOf, lagEvents, holder, parkedEvents, lastError }: CopyReport, differing: readonly DayCount[]): string {
  const head = ['AS OF', 'EVENTS BEHIND', 'PARKED', 'HOLDER', 'LAST ERROR'];
  const report = textTable([head, [asOf ?? '-', String(lagEvents), String(parkedEvents), holder ?? '-', lastError ?? '-']]);
  if (differing.length === 0) return `${report}\nEach day has as many events as in the log.\n`;
  const days = differing.map(({ day, stored, copied }) => [day, String(stored), String(copied)]);
  return `${report}\n${textTable([['DAY', 'IN THE LOG', 'IN THE COPY'], ...days])}`;
}
