import { HttpException } from '@nestjs/common';
import { parseArgs } from 'node:util';
import { databaseOf, withKeys } from './database.js';
import { EXIT, Failure } from './failure.js';
import { commandHelp, HELP, KEYS_HELP } from './help.js';
import { type Command, KEYS_COMMANDS, type Option, OPTIONS } from './keys.commands.js';

/** What a call of the command line writes, and its exit code. */
export interface Outcome {
  exitCode: number;
  output: string;
  problem: string;
}

/** `nestjs-event-log …`, without a process. */
export async function run([topic, name, ...args]: string[]): Promise<Outcome> {
  try {
    if (topic === '--help') return written(HELP);
    if (topic !== 'keys') throw new Failure(EXIT.usage, 'Expected a command: nestjs-event-log --help lists them.');
    if (name === '--help') return written(KEYS_HELP);
    if (!Object.hasOwn(KEYS_COMMANDS, name ?? '')) {
      throw new Failure(EXIT.usage, 'Expected keys create, list, rotate or revoke: nestjs-event-log keys --help tells more.');
    }
    return await runCommand(name, KEYS_COMMANDS[name], args);
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    return { exitCode, output: '', problem: `${message}\n` };
  }
}

async function runCommand(name: string, command: Command, args: string[]): Promise<Outcome> {
  const known: Option[] = ['database', 'json', 'help', ...command.required, ...command.optional];
  const options = Object.fromEntries(known.map((option) => [option, OPTIONS[option]])) as typeof OPTIONS;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return written(commandHelp(name, command));

  // What was given is never quoted: it may be a URL with a password, or a key.
  const missing = (['database', ...command.required] as const).find((option) => values[option] === undefined);
  if (missing !== undefined) throw new Failure(EXIT.usage, `keys ${name} needs --${missing}: see keys ${name} --help.`);
  if (positionals.length !== (command.takesId ? 1 : 0)) {
    const expected = command.takesId ? 'one id of a key, key_…,' : 'nothing but options';
    throw new Failure(EXIT.usage, `keys ${name} takes ${expected} and got ${positionals.length}: see keys ${name} --help.`);
  }
  const work = command.prepare(values, positionals[0]);
  const { result, text, warning } = await withKeys(databaseOf(values.database!), work);
  const output = values.json ? `${JSON.stringify(result, null, 2)}\n` : text;
  return { exitCode: EXIT.ok, output, problem: warning ? `Warning: ${warning}\n` : '' };
}

function written(output: string): Outcome {
  return { exitCode: EXIT.ok, output, problem: '' };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = error as { code?: string; message: string };
  if (code?.startsWith('ERR_PARSE_ARGS_'))
    return new Failure(EXIT.usage, `${message.split('. ')[0].split('\n')[0]}: see --help.`);
  if (!(error instanceof HttpException)) throw error;
  if (error.getStatus() < 500) return new Failure(EXIT.failed, message);
  return new Failure(EXIT.unavailable, `${message} (${(error.cause as Error).message}).`);
}
