import { parseArgs } from 'node:util';
import { EXIT, Failure } from './failure.js';
import { type Option, OPTIONS } from './options.js';

/** What was typed, by the options that a command knows. What was given is never quoted: it may hold a password, or be a key. */
export function parseOptions(args: readonly string[], known: readonly Option[]) {
  const options = Object.fromEntries(known.map((option) => [option, OPTIONS[option]])) as typeof OPTIONS;
  const parsed = parsedOf(withDashedValues(args, known), options);
  const names = parsed.tokens.flatMap((token) => (token.kind === 'option' && isSingle(token.name) ? [token.name] : []));
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  // The last would win: `purge --project a --project b` would remove what is not meant, or less.
  if (repeated !== undefined) throw new Failure(EXIT.usage, `Expected --${repeated} once: see --help.`);
  return parsed;
}

function parsedOf(args: string[], options: typeof OPTIONS) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new Failure(EXIT.usage, `${faultOf(error as Error & { code?: string })}: see --help.`);
  }
}

/** Of one value. */
function isSingle(name: string): boolean {
  const option = OPTIONS[name as Option];
  return option.type === 'string' && !('multiple' in option);
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
