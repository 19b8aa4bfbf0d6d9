#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { EXIT } from './failure.js';
import { loadRun } from './load-run.js';

// A program that reads no further, as `head` does, ends this one without a word, as SIGPIPE ends others; a disk that is full is told.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(EXIT.closedPipe);
  process.stderr.write(`The output could not be written (${code}).\n`, () => process.exit(EXIT.unexpected));
});
// Where nobody hears what is said of a problem, the exit code still tells it.
process.stderr.on('error', () => undefined);

// The one place that reads the environment. What a host imports never does: only a command line has no other way to be
// given a password that does not stand in the list of processes.
const run = await loadRun();
const { exitCode, output, problem } = await run(process.argv.slice(2), process.env, {
  // Pending for good where it fails: the listener above ends the process.
  write: (text) => new Promise((resolve) => process.stdout.write(text, (error) => !error && resolve())),
  isShown: process.stderr.isTTY,
  ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
});
process.exitCode = exitCode;
process.stdout.write(output);
process.stderr.write(problem);

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
