import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';

const lines = new RepeatedLines((line) => logger.warn(line));

/** What `work` returns; undefined where it throws, which is logged: telemetry that is broken must cost no event. */
export function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    report(error);
    return undefined;
  }
}

export function report(error: unknown): void {
  lines.write('Telemetry failed', LogLine.of('Telemetry failed', error));
}
