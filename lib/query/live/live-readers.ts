import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { UnavailableException } from '../../http/unavailable.exception.js';
import { MAX_READERS } from './live-limits.js';

/** Who reads live in this process: few enough, and none any more once the host shuts down. */
@Injectable()
export class LiveReaders implements OnModuleDestroy {
  private readonly readers = new Set<AbortController>();
  private isClosing = false;

  /** Throws `UnavailableException` where there are too many. */
  add(): AbortController {
    if (this.isClosing || this.readers.size >= MAX_READERS) {
      throw new UnavailableException('Too many clients read live right now; try again later', undefined);
    }
    const reader = new AbortController();
    this.readers.add(reader);
    reader.signal.addEventListener('abort', () => this.readers.delete(reader));
    return reader;
  }

  // Before the server stops, which would wait for their answers.
  onModuleDestroy(): void {
    this.isClosing = true;
    for (const reader of this.readers) reader.abort();
  }
}
