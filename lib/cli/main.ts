#!/usr/bin/env node
import { once } from 'node:events';
import { EXIT } from './failure.js';
import { loadRun } from './load-run.js';

// A disk that is full, or a program that reads no further: without a listener, either would end in a stack.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  process.exitCode = EXIT.unexpected;
  if (code !== 'EPIPE') process.stderr.write(`The output could not be written (${code}).\n`);
});

// The one place that reads the environment. What a host imports never does: only a command line has no other way to be
// given a password that does not stand in the list of processes.
const run = await loadRun();
const { exitCode, output, problem } = await run(process.argv.slice(2), process.env, {
  write: (text) => (process.stdout.write(text) ? Promise.resolve() : once(process.stdout, 'drain').then(() => undefined)),
  isShown: process.stderr.isTTY,
});
process.exitCode = exitCode;
process.stdout.write(output);
process.stderr.write(problem);
