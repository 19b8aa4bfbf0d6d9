#!/usr/bin/env node
import { run } from './run.js';

void run(process.argv.slice(2)).then(({ exitCode, output, problem }) => {
  process.stdout.write(output);
  process.stderr.write(problem);
  process.exitCode = exitCode;
});
