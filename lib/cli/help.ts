import { type Command, KEYS_COMMANDS } from './keys.commands.js';
import { textTable } from './text-table.js';

const EXIT_CODES = `Exit codes:
  0   done
  1   refused: no such key, or not in its state
  2   wrong usage
  3   the database can't be reached or has no table for keys, or a package is missing
  70  an error that should not be: please report it
`;

export const HELP = `Usage: nestjs-event-log keys <command>

  keys    make, list, rotate and revoke the keys of an application

nestjs-event-log keys --help tells more, --version the version.

${EXIT_CODES}`;

const OUTRO = `  --database <url>      the application's database: sqlite:<file>, postgres://… or mysql://…, or env:<name>,
                        the variable that has it; default: env:DATABASE_URL. A URL with a password belongs in
                        a variable: all users of a machine can read what is typed here
  --schema <name>       where the data source of the application has a \`schema\` (PostgreSQL)
  --entity-prefix <p>   where it has an \`entityPrefix\`
  --json                write JSON, for programs
  --help                show this

${EXIT_CODES}`;

const commands = Object.entries(KEYS_COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary]);

export const KEYS_HELP = `Usage: nestjs-event-log keys <command> [--database <url>] [--json]

${textTable(commands)}
nestjs-event-log keys <command> --help tells more. Each takes:
${OUTRO}`;

export function commandHelp(name: string, { summary, usage, details }: Command): string {
  const call = ['nestjs-event-log keys', name, usage, '[--database <url>] [--json]'].filter(Boolean).join(' ');
  return `Usage: ${call}\n\nTo ${summary}.\n\n${details}${OUTRO}`;
}
