import { type BeforeApplicationShutdown, type OnModuleInit, ServiceUnavailableException } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ApiKey } from '../../auth/api-key.interface.js';
import { ApiKeyStore } from '../../auth/api-key.store.js';
import { logger } from '../../diagnostics/logger.js';
import { DEFAULT_TIMEOUT_MS } from '../engines/with-connection.js';
import { ApiKeyTable, openApiKeyTable } from './api-key-table.js';
import { ExpiringMap } from './expiring-map.js';
import { LastUse } from './last-use.js';
import type { StoredApiKey } from './stored-api-key.js';

const MAX_CACHED = 10_000;
const MAX_WAITING = 1_000;

/** Digests that are looked up in one query. */
interface Batch {
  digests: Set<string>;
  /** When the last of those who wait gives up, a moment of `performance.now()`. */
  deadline: number;
  found: Promise<Map<string, ApiKey>>;
}

/**
 * Looks keys up through a TypeORM data source. What was found, and what was not, is kept for `cacheTtl` milliseconds; so
 * long it can take until a key that is revoked or rotated is refused, and so long keys in use outlive the database.
 */
export class TypeOrmApiKeyStore extends ApiKeyStore implements OnModuleInit, BeforeApplicationShutdown {
  // Two, so that made-up keys can't push out the good ones.
  private readonly known: ExpiringMap<ApiKey>;
  private readonly unknown: ExpiringMap<true>;
  private readonly lastUse: LastUse;
  private readonly table: ApiKeyTable;
  private readonly warnedOf = new Set<string>();
  private asked?: Batch;
  private next?: Batch;

  constructor(
    private readonly dataSource: DataSource,
    cacheTtl: number,
  ) {
    super();
    this.known = new ExpiringMap(cacheTtl, MAX_CACHED);
    this.unknown = new ExpiringMap(cacheTtl, MAX_CACHED);
    this.table = new ApiKeyTable(dataSource);
    this.lastUse = new LastUse(dataSource, this.table);
  }

  onModuleInit(): Promise<void> {
    return openApiKeyTable(this.dataSource);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lastUse.flush();
  }

  /** Gives up after `timeoutMs` milliseconds with a `ServiceUnavailableException`, and leaves no connection waiting. */
  findByDigest(digest: string, timeoutMs = DEFAULT_TIMEOUT_MS): ApiKey | undefined | Promise<ApiKey | undefined> {
    const key = this.known.get(digest);
    if (key === undefined) return this.unknown.get(digest) ? undefined : this.lookUp(digest, performance.now() + timeoutMs);
    this.noteUse(key);
    return key;
  }

  override cachedKeys(): number {
    return this.known.size + this.unknown.size;
  }

  private async lookUp(digest: string, deadline: number): Promise<ApiKey | undefined> {
    const batch = this.asked?.digests.has(digest) ? this.asked : this.nextBatchWith(digest, deadline);
    const key = (await batch.found).get(digest);
    if (key) this.noteUse(key);
    return key;
  }

  // One query at a time, for all that wait: many unknown keys at once take no more than one connection.
  private nextBatchWith(digest: string, deadline: number): Batch {
    const batch = (this.next ??= this.newBatch());
    if (batch.digests.size >= MAX_WAITING) throw new ServiceUnavailableException('Too many keys are waiting to be looked up');
    batch.digests.add(digest);
    batch.deadline = Math.max(batch.deadline, deadline);
    return batch;
  }

  private newBatch(): Batch {
    const before = this.asked?.found.catch(() => undefined);
    const ask = async () => {
      await before;
      this.asked = batch;
      this.next = undefined;
      try {
        return await this.query(batch);
      } finally {
        this.asked = undefined;
      }
    };
    const batch: Batch = { digests: new Set(), deadline: 0, found: Promise.resolve().then(ask) };
    return batch;
  }

  private async query({ digests, deadline }: Batch): Promise<Map<string, ApiKey>> {
    const rows = await this.table.findByDigests([...digests], deadline);
    const found = new Map<string, ApiKey>();
    for (const digest of digests) {
      const row = rows.get(digest);
      const key = row && this.readable(row, digest);
      if (key) found.set(digest, key);
      if (key) this.known.set(digest, key);
      else this.unknown.set(digest, true);
    }
    return found;
  }

  // Fail closed: what can't be read of a key could be its limits.
  private readable(row: StoredApiKey, digest: string): ApiKey | undefined {
    if (row.unreadable === undefined) return toApiKey(row, digest);
    if (!this.warnedOf.has(row.id)) {
      this.warnedOf.add(row.id);
      const fields = row.unreadable.join(', ');
      logger.warn(`The key '${row.id}' is refused, as its row can't be read (${fields}): revoke it, and make another one.`);
    }
    return undefined;
  }

  private noteUse({ id, expiresAt }: ApiKey): void {
    if (!expiresAt || expiresAt.getTime() > Date.now()) this.lastUse.note(id);
  }
}

function toApiKey(row: StoredApiKey, digest: string): ApiKey {
  const { id, kind, scopes, projectId, integrationId, entityTypes, expiresAt } = row;
  const allowedOrigins = row.allowedOrigins ?? undefined;
  return { id, digest, kind, scopes, projectId, integrationId, entityTypes, allowedOrigins, expiresAt };
}
