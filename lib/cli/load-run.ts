import { missingPackage } from './failure.js';
import type { run } from './run.js';

/** `run()` with what it needs of the packages of the host; where one is missing, what says so instead. */
export async function loadRun(): Promise<typeof run> {
  try {
    return (await import('./run.js')).run;
  } catch (error) {
    const [, name] = /^Cannot find (?:package|module) '([^'.][^']*)'/.exec((error as Error).message) ?? [];
    if (name === undefined) throw error;
    const { exitCode, message } = missingPackage(name);
    return () => Promise.resolve({ exitCode, output: '', problem: `${message}\n` });
  }
}
