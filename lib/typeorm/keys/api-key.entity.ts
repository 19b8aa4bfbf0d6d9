import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ApiKeyKind, ApiKeyScope } from '../../options/api-key-options.interface.js';

export const API_KEY_TABLE = 'event_log_api_keys';

// Text where the engine has no time with a zone: a DATETIME of MySQL is read in the zone of each connection, and a key
// would expire hours off.
const time = {
  type: 'varchar',
  nullable: true,
  transformer: {
    to: (date: unknown) => (date instanceof Date ? date.toISOString() : date),
    from: (value: Date | string | null) => (value === null ? null : new Date(value)),
  },
} as const;

/**
 * A stored key, for reading with TypeORM: never its clear text, and its digest only where it is selected by name. Write
 * through `ApiKeyService`. The table is made by `eventLogMigrations` alone.
 */
@Entity({ name: API_KEY_TABLE, synchronize: false })
export class ApiKeyEntity {
  @PrimaryColumn({ name: 'id', type: 'varchar' })
  id!: string;

  /** SHA-256 of the key's text, 64 lower-case hexadecimal digits. */
  @Column({ name: 'digest', type: 'varchar', select: false })
  digest!: string;

  /** The beginning of the key's text, by which people recognise it. */
  @Column({ name: 'prefix', type: 'varchar' })
  prefix!: string;

  @Column({ name: 'name', type: 'varchar' })
  name!: string;

  @Column({ name: 'kind', type: 'varchar' })
  kind!: ApiKeyKind;

  @Column({ name: 'scopes', type: 'simple-json' })
  scopes!: ApiKeyScope[];

  @Column({ name: 'project_id', type: 'varchar', nullable: true })
  projectId!: string | null;

  @Column({ name: 'integration_id', type: 'varchar', nullable: true })
  integrationId!: string | null;

  /** Null: all. */
  @Column({ name: 'entity_types', type: 'simple-json', nullable: true })
  entityTypes!: string[] | null;

  /** Null: none. */
  @Column({ name: 'allowed_origins', type: 'simple-json', nullable: true })
  allowedOrigins!: string[] | null;

  @Column({ ...time, name: 'created_at', nullable: false })
  createdAt!: Date;

  @Column({ ...time, name: 'expires_at' })
  expiresAt!: Date | null;

  @Column({ ...time, name: 'revoked_at' })
  revokedAt!: Date | null;

  /** Id of the key that `rotate()` made in its place. */
  @Column({ name: 'replaced_by', type: 'varchar', nullable: true })
  replacedBy!: string | null;

  /** To the minute. */
  @Column({ ...time, name: 'last_used_at' })
  lastUsedAt!: Date | null;
}
