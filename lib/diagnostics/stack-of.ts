import { oneLine, reasonOf } from './reason-of.js';

const FRAME = /^\s+at /;

/** Where an error was thrown, for the log. Without its message, which may hold line breaks and escapes of a caller or a driver. */
export function stackOf(error: unknown): string | undefined {
  try {
    if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined;
    const { message, stack } = error;
    const frames = message && stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
    const lines = frames.split('\n').filter((line) => FRAME.test(line));
    return [reasonOf(error), ...lines.map((line) => `    ${oneLine(line.trim())}`)].join('\n');
  } catch {
    return undefined;
  }
}
