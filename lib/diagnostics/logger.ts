import { Logger } from '@nestjs/common';
import type { LogLine } from './log-line.js';

const lines = new Logger('EventLogModule');

/** Where the library writes: one context, by which a host can filter its lines. It never throws, even where the host's logger does. */
export const logger = { log: safely('log'), warn: safely('warn'), error: safely('error') };

function safely(level: 'log' | 'warn' | 'error') {
  const write = (line: string | LogLine, stack?: string): boolean => {
    try {
      if (stack === undefined) lines[level](line);
      else lines[level](line, stack);
      return true;
    } catch {
      return false;
    }
  };
  return (line: string | LogLine, stack?: string): void => {
    // A logger of the host's may know texts alone. One that throws then, too, must cost no request: there is nowhere left to say so.
    if (!write(line, stack) && typeof line !== 'string') write(String(line), stack);
  };
}
