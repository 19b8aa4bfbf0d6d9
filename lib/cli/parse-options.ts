import { parseArgs } from 'node:util';
import { EXIT, Failure } from './failure.js';
import { type Option, OPTIONS } from './options.js';

/** What was typed, by the options that a command knows. What was given is never quoted: it may hold a password, or be a key. */
export function parseOptions(args: readonly string[], known: readonly Option[]) {
  const options = Object.fromEntries(known.map((option) => [option, OPTIONS[option]])) as typeof OPTIONS;
  try {
    return parseArgs({ args: withDashedValues(args, known), options, allowPositionals: true });
  } catch (error) {
    throw new Failure(EXIT.usage, `${faultOf(error as Error & { code?: string })}: see --help.`);
  }
}

// `--grace -1s` has a value that is wrong, and no option `-1`: there are none of a single dash.
function withDashedValues(args: readonly string[], known: readonly Option[]): string[] {
  const takesValue = (arg?: string) => known.some((option) => arg === `--${option}` && OPTIONS[option].type === 'string');
  const isValue = (arg: string, i: number) => /^-[^-]/.test(arg) && takesValue(args[i - 1]);
  return args.flatMap((arg, i) => {
    if (isValue(arg, i)) return [];
    return args[i + 1] !== undefined && isValue(args[i + 1], i + 1) ? [`${arg}=${args[i + 1]}`] : [arg];
  });
}

function faultOf({ code, message }: Error & { code?: string }): string {
  const [, option] = /(--[a-z-]+)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message.split('. ')[0];
  return /does not take/.test(message) ? `Expected no value of ${option}` : `Expected a value after ${option}`;
}
