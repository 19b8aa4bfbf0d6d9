#!/usr/bin/env node
import { loadRun } from './load-run.js';

// The one place that reads the environment. What a host imports never does: only a command line has no other way to be
// given a password that does not stand in the list of processes.
const run = await loadRun();
const { exitCode, output, problem } = await run(process.argv.slice(2), process.env);
process.stdout.write(output);
process.stderr.write(problem);
process.exitCode = exitCode;
