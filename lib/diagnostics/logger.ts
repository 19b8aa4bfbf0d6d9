import { Logger } from '@nestjs/common';

/** Where the library writes: one context, by which a host can filter its lines. */
export const logger = new Logger('EventLogModule');
