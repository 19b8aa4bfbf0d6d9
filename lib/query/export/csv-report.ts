import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '../../diagnostics/logger.js';
import { loadCsvStringify } from './load-csv-stringify.js';

/** Logs at boot that exports can't be CSV, where the package for it is not installed. */
@Injectable()
export class CsvReport implements OnApplicationBootstrap {
  async onApplicationBootstrap(): Promise<void> {
    try {
      await loadCsvStringify();
    } catch {
      logger.warn(
        'Exports can only be NDJSON, and those to CSV are answered with 406: EventLogQueryModule needs csv-stringify for them: npm install csv-stringify',
      );
    }
  }
}
