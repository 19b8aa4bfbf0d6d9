import { Logger } from '@nestjs/common';

const lines = new Logger('EventLogModule');

/** Where the library writes: one context, by which a host can filter its lines. It never throws, even where the host's logger does. */
export const logger = { log: safely('log'), warn: safely('warn'), error: safely('error') };

function safely(level: 'log' | 'warn' | 'error') {
  return (message: string, stack?: string): void => {
    try {
      if (stack === undefined) lines[level](message);
      else lines[level](message, stack);
    } catch {
      // A line that can't be written must cost no request, and there is nowhere left to say so.
    }
  };
}
