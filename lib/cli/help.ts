import { type Command, KEYS_COMMANDS } from './keys.commands.js';
import { textTable } from './text-table.js';

export const HELP = `Usage: nestjs-event-log keys <command>

  keys    make, list, rotate and revoke the keys of an application

nestjs-event-log keys --help tells more.
`;

const OUTRO = `  --database <url>      the application's database: sqlite:<file>, postgres://… or mysql://…
  --json                write JSON, for programs
  --help                show this

Exit codes:
  0  done
  1  refused: no such key, or not in its state
  2  wrong usage
  3  the database can't be reached or has no table for keys, or a package is missing
`;

const commands = Object.entries(KEYS_COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary]);

export const KEYS_HELP = `Usage: nestjs-event-log keys <command> --database <url> [--json]

${textTable(commands)}
nestjs-event-log keys <command> --help tells more. Each takes:
${OUTRO}`;

export function commandHelp(name: string, { summary, usage, details }: Command): string {
  const call = ['nestjs-event-log keys', name, usage, '--database <url> [--json]'].filter(Boolean).join(' ');
  return `Usage: ${call}\n\nTo ${summary}.\n\n${details}${OUTRO}`;
}
