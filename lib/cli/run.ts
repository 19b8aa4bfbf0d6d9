import { HttpException } from '@nestjs/common';
import { withKeys } from './database.js';
import { databaseOptions, type Environment } from './database-options.js';
import { EXIT, Failure } from './failure.js';
import { commandHelp, HELP, KEYS_HELP } from './help.js';
import { type Command, KEYS_COMMANDS } from './keys.commands.js';
import { readableTime } from './keys-table.js';
import { COMMON } from './options.js';
import { parseOptions } from './parse-options.js';
import { printableLines } from './printable.js';
import { version } from './version.js';

/** What a call of the command line writes, and its exit code. */
export interface Outcome {
  exitCode: number;
  output: string;
  problem: string;
}

/** `nestjs-event-log …`, without a process: whatever happens, an outcome that a terminal can show. */
export async function run(args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const { exitCode, output, problem } = await outcomeOf(args, env).catch(refused);
  return { exitCode, output: printableLines(output), problem: printableLines(problem) };
}

async function outcomeOf([topic, name, ...args]: readonly string[], env: Environment): Promise<Outcome> {
  if (topic === '--help') return written(HELP);
  if (topic === '--version') return written(`${version()}\n`);
  // As the field has it: who types nothing is shown what there is, and a script that passes nothing fails.
  if (topic === undefined) return { exitCode: EXIT.usage, output: '', problem: HELP };
  if (topic !== 'keys') throw new Failure(EXIT.usage, 'Expected a command: nestjs-event-log --help lists them.');
  if (name === '--help') return written(KEYS_HELP);
  if (name === undefined) return { exitCode: EXIT.usage, output: '', problem: KEYS_HELP };
  if (Object.hasOwn(KEYS_COMMANDS, name)) return runCommand(name, KEYS_COMMANDS[name], args, env);
  throw new Failure(EXIT.usage, 'Expected keys create, list, rotate or revoke: nestjs-event-log keys --help tells more.');
}

async function runCommand(name: string, command: Command, args: readonly string[], env: Environment): Promise<Outcome> {
  const { values, positionals } = parseOptions(args, [...COMMON, ...command.required, ...command.optional]);
  if (values.help) return written(commandHelp(name, command));

  const missing = command.required.find((option) => values[option] === undefined);
  if (missing !== undefined) throw new Failure(EXIT.usage, `keys ${name} needs --${missing}: see keys ${name} --help.`);
  if (positionals.length !== (command.takesId ? 1 : 0)) {
    const expected = command.takesId ? 'one id of a key, key_…,' : 'nothing but options';
    throw new Failure(EXIT.usage, `keys ${name} takes ${expected} and got ${positionals.length}: see keys ${name} --help.`);
  }
  const work = command.prepare(values, positionals[0]);
  const { result, text, warning } = await withKeys(databaseOptions(values, env), work);
  const output = values.json ? `${JSON.stringify(result, readableTime, 2)}\n` : text;
  return { exitCode: EXIT.ok, output, problem: warning ? `Warning: ${warning}\n` : '' };
}

function written(output: string): Outcome {
  return { exitCode: EXIT.ok, output, problem: '' };
}

function refused(error: unknown): Outcome {
  const { exitCode, message } = failureOf(error);
  return { exitCode, output: '', problem: `${message.replaceAll('\n', ' ')}\n` };
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof HttpException)) return new Failure(EXIT.unexpected, `Unexpected error: ${kindOf(error)}.`);
  if (error.getStatus() < 500) return new Failure(EXIT.failed, error.message);
  return new Failure(EXIT.unavailable, `${error.message} (${error.cause instanceof Error ? error.cause.message : 'no code'}).`);
}

// Neither its message nor its stack: these hold paths, and may hold what was given.
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, code } = error as Error & { code?: unknown };
  return typeof code === 'string' ? `${name} ${code}` : name;
}
