import type { BoundedReader } from '../bounded-reader.js';
import type { ReadingOptions } from '../event-filter.interface.js';
import type { ExportRequest } from '../query-request.interface.js';

/** How events are written into a file. */
export interface ExportFormat {
  readonly contentType: string;
  /** Of the name of the file. */
  readonly extension: string;
  /** The text of the file, which nobody holds whole. Resolves once it is sure that there will be one; throws why not. */
  chunks(request: ExportRequest, reader: BoundedReader, options: ReadingOptions): Promise<AsyncIterable<string>>;
}
