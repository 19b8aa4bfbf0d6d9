import { Injectable } from '@nestjs/common';
import { ApiKeyLookup } from '../../auth/api-key-lookup.js';
import type { ApiKey } from '../../auth/api-key.interface.js';
import { KEY_CHECK_MS } from './live-limits.js';

/** Ends what is read with a key that is revoked or expires, or that nobody can look up any more. */
@Injectable()
export class KeyWatch {
  constructor(private readonly keys: ApiKeyLookup) {}

  /** Until the reader ends. */
  watch(key: ApiKey, reader: AbortController): void {
    const timer = setInterval(() => void this.check(key, reader), KEY_CHECK_MS).unref();
    reader.signal.addEventListener('abort', () => clearInterval(timer));
  }

  private async check(key: ApiKey, reader: AbortController): Promise<void> {
    const isInForce = await this.keys.isInForce(key).catch(() => false); // fail closed: the client may come again
    if (!isInForce) reader.abort();
  }
}
