import { HttpException } from '@nestjs/common';
import { databaseOptions, type Environment } from './database-options.js';
import { EXIT, Failure } from './failure.js';
import { commandHelp, HELP, topicHelp } from './help.js';
import { readableTime } from './keys-table.js';
import { COMMON } from './options.js';
import { parseOptions } from './parse-options.js';
import { printableLines } from './printable.js';
import { SILENT, type Terminal } from './terminal.js';
import type { TopicCommand } from './topic.js';
import { TOPICS } from './topics.js';
import { version } from './version.js';

/** What a call of the command line writes, and its exit code. */
export interface Outcome {
  exitCode: number;
  output: string;
  problem: string;
}

/** `nestjs-event-log …`, without a process: whatever happens, an outcome that a terminal can show. */
export async function run(args: readonly string[], env: Environment = {}, terminal = SILENT): Promise<Outcome> {
  const { exitCode, output, problem } = await outcomeOf(args, env, terminal).catch(refused);
  return { exitCode, output: printableLines(output), problem: printableLines(problem) };
}

async function outcomeOf([topicName, name, ...args]: readonly string[], env: Environment, terminal: Terminal): Promise<Outcome> {
  if (topicName === '--help') return written(HELP);
  if (topicName === '--version') return written(`${version()}\n`);
  // As the field has it: who types nothing is shown what there is, and a script that passes nothing fails.
  if (topicName === undefined) return { exitCode: EXIT.usage, output: '', problem: HELP };
  const topic = Object.hasOwn(TOPICS, topicName) ? TOPICS[topicName] : undefined;
  if (topic === undefined) throw new Failure(EXIT.usage, 'Expected a command: nestjs-event-log --help lists them.');
  if (name === '--help') return written(topicHelp(topicName, topic));
  if (name === undefined) return { exitCode: EXIT.usage, output: '', problem: topicHelp(topicName, topic) };
  if (Object.hasOwn(topic.commands, name)) return runCommand(topicName, name, topic.commands[name], { args, env, terminal });
  throw new Failure(
    EXIT.usage,
    `Expected ${topicName} ${listed(Object.keys(topic.commands))}: nestjs-event-log ${topicName} --help tells more.`,
  );
}

interface Call {
  args: readonly string[];
  env: Environment;
  terminal: Terminal;
}

async function runCommand(topic: string, name: string, command: TopicCommand, { args, env, terminal }: Call): Promise<Outcome> {
  const { values, positionals } = parseOptions(args, [...COMMON, ...command.required, ...command.optional]);
  if (values.help) return written(commandHelp(topic, name, command));

  const missing = command.required.find((option) => values[option] === undefined);
  const more = `see ${topic} ${name} --help.`;
  if (missing !== undefined) throw new Failure(EXIT.usage, `${topic} ${name} needs --${missing}: ${more}`);
  if (positionals.length !== (command.argument === undefined ? 0 : 1)) {
    const expected = command.argument ?? 'nothing but options';
    throw new Failure(EXIT.usage, `${topic} ${name} takes ${expected} and got ${positionals.length}: ${more}`);
  }
  const work = command.prepare(values, positionals[0]);
  const { result, text, warning, hasFailed } = await work(await databaseOptions(values, env), terminal, env);
  const output = values.json ? `${JSON.stringify(result, readableTime, 2)}\n` : text;
  return { exitCode: hasFailed ? EXIT.failed : EXIT.ok, output, problem: warning ? `Warning: ${warning}\n` : '' };
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
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
