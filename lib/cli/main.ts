#!/usr/bin/env node
import { run } from './run.js';

// The one place that reads the environment. What a host imports never does: only a command line has no other way to be
// given a password that does not stand in the list of processes.
void run(process.argv.slice(2), process.env).then(({ exitCode, output, problem }) => {
  process.stdout.write(output);
  process.stderr.write(problem);
  process.exitCode = exitCode;
});
