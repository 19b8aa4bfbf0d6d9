import { type BeforeApplicationShutdown, type OnModuleInit, ServiceUnavailableException } from '@nestjs/common';
import { type DataSource, In, IsNull } from 'typeorm';
import type { ApiKey } from '../../auth/api-key.interface.js';
import { ApiKeyStore } from '../../auth/api-key.store.js';
import { openApiKeyTable, withDeadline } from './api-key-table.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ExpiringMap } from './expiring-map.js';
import { LastUse } from './last-use.js';

const MAX_CACHED = 10_000;
const MAX_WAITING = 1_000;

/** Digests that are looked up in one query. */
interface Batch {
  digests: Set<string>;
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
  private asked?: Batch;
  private next?: Batch;

  constructor(
    private readonly dataSource: DataSource,
    cacheTtl: number,
  ) {
    super();
    this.known = new ExpiringMap(cacheTtl, MAX_CACHED);
    this.unknown = new ExpiringMap(cacheTtl, MAX_CACHED);
    this.lastUse = new LastUse(dataSource);
  }

  onModuleInit(): Promise<void> {
    return openApiKeyTable(this.dataSource);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.lastUse.flush();
  }

  findByDigest(digest: string): ApiKey | undefined | Promise<ApiKey | undefined> {
    const key = this.known.get(digest);
    if (key === undefined) return this.unknown.get(digest) ? undefined : this.lookUp(digest);
    this.noteUse(key);
    return key;
  }

  private async lookUp(digest: string): Promise<ApiKey | undefined> {
    const batch = this.asked?.digests.has(digest) ? this.asked : this.nextBatchWith(digest);
    const key = (await batch.found).get(digest);
    if (key) this.noteUse(key);
    return key;
  }

  // One query at a time, for all that wait: many unknown keys at once take no more than one connection.
  private nextBatchWith(digest: string): Batch {
    const batch = (this.next ??= this.newBatch());
    if (batch.digests.size >= MAX_WAITING) throw new ServiceUnavailableException('Too many keys are waiting to be looked up');
    batch.digests.add(digest);
    return batch;
  }

  private newBatch(): Batch {
    const digests = new Set<string>();
    const before = this.asked?.found.catch(() => undefined);
    const ask = async () => {
      await before;
      this.asked = this.next;
      this.next = undefined;
      try {
        return await this.query([...digests]);
      } finally {
        this.asked = undefined;
      }
    };
    return { digests, found: ask() };
  }

  private async query(digests: string[]): Promise<Map<string, ApiKey>> {
    const entities = await withDeadline(this.dataSource, (keys) =>
      keys.find(ApiKeyEntity, { select: SELECTED, where: { digest: In(digests), revokedAt: IsNull() } }),
    );
    const found = new Map(entities.map((entity) => [entity.digest, toApiKey(entity)]));
    for (const digest of digests) {
      const key = found.get(digest);
      if (key) this.known.set(digest, key);
      else this.unknown.set(digest, true);
    }
    return found;
  }

  private noteUse({ id, expiresAt }: ApiKey): void {
    if (!expiresAt || expiresAt.getTime() > Date.now()) this.lastUse.note(id);
  }
}

const SELECTED = {
  id: true,
  digest: true,
  kind: true,
  scopes: true,
  projectId: true,
  integrationId: true,
  allowedOrigins: true,
  expiresAt: true,
} as const;

function toApiKey({ id, digest, kind, scopes, projectId, integrationId, allowedOrigins, expiresAt }: ApiKeyEntity): ApiKey {
  return { id, digest, kind, scopes, projectId, integrationId, allowedOrigins: allowedOrigins ?? undefined, expiresAt };
}
