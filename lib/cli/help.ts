import type { CommandUsage } from './command.interface.js';
import { textTable } from './text-table.js';
import type { Topic } from './topic.js';
import { TOPICS } from './topics.js';

const EXIT_CODES = `Exit codes:
  0   done
  1   refused: no such key or consumer, or not in its state; a query that can't be answered; a migration that is pending
  2   wrong usage
  3   the database can't be reached or has no table, or a package is missing
  70  an error that should not be: please report it, or the output can't be written
  141 whoever reads the output has stopped to
`;

const names = Object.keys(TOPICS).join('|');
const topics = Object.entries(TOPICS).map(([name, { summary }]) => [`  ${name}`, summary]);

export const HELP = `Usage: nestjs-event-log <${names}> <command>

${textTable(topics)}
nestjs-event-log <${Object.keys(TOPICS).join('|')}> --help tells more, --version the version.

${EXIT_CODES}`;

const OUTRO = `  --database <url>      the application's database: sqlite:<file>, postgres://… or mysql://…, or env:<name>,
                        the variable that has it; default: env:DATABASE_URL. A URL with a password belongs in
                        a variable: all users of a machine can read what is typed here
  --data-source <file>  instead: a module of the application that exports its DataSource, as for the CLI of TypeORM
  --schema <name>       where the data source of the application has a \`schema\` (PostgreSQL)
  --entity-prefix <p>   where it has an \`entityPrefix\`
  --json                write JSON, for programs
  --help                show this

${EXIT_CODES}`;

export function topicHelp(topic: string, { commands }: Topic): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary]);
  return `Usage: nestjs-event-log ${topic} <command> [--database <url>] [--json]

${textTable(lines)}
nestjs-event-log ${topic} <command> --help tells more. Each takes:
${OUTRO}`;
}

export function commandHelp(topic: string, name: string, { summary, usage, details }: CommandUsage): string {
  const call = [`nestjs-event-log ${topic}`, name, usage, '[--database <url>] [--json]'].filter(Boolean).join(' ');
  return `Usage: ${call}\n\nTo ${summary}.\n\n${details}${OUTRO}`;
}
