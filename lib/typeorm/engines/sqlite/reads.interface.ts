import type { Run } from '../read-database.js';
import type { ReadLimit } from '../read-limit.js';

/** Where the reads of one connection run. */
export interface Reads {
  read<T>(limit: ReadLimit, work: (run: Run) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
