import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../events/event.interface.js';

export const EVENT_TABLE = 'event_log_events';

/**
 * A stored event, for reading with TypeORM. Write through `EventLogService`. The table is made by
 * `eventLogMigrations` alone: `synchronize` and `migration:generate` of the host leave it as it is.
 */
@Entity({ name: EVENT_TABLE, synchronize: false })
export class EventEntity {
  /** The project as a part of the primary key: empty for none, else `=` and its id. */
  @PrimaryColumn({ name: 'project_key', type: 'varchar' })
  projectKey!: string;

  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ name: 'entity_type', type: 'varchar' })
  entityType!: 'message' | 'conversation' | 'search';

  @Column({ type: 'varchar' })
  type!: string;

  @Column({ name: 'message_id', type: 'varchar', nullable: true })
  messageId!: string | null;

  @Column({ name: 'conversation_id', type: 'varchar', nullable: true })
  conversationId!: string | null;

  @Column({ name: 'search_query', type: 'text', nullable: true })
  searchQuery!: string | null;

  @Column({ name: 'created_at', type: Date })
  createdAt!: Date;

  @Column({ name: 'project_id', type: 'varchar', nullable: true })
  projectId!: string | null;

  @Column({ name: 'integration_id', type: 'varchar', nullable: true })
  integrationId!: string | null;

  @Column({ type: 'simple-json', nullable: true })
  properties!: JsonObject | null;

  @Column({ name: 'user_properties', type: 'simple-json', nullable: true })
  userProperties!: JsonObject | null;

  /** When the server received it, by its own clock. */
  @Column({ name: 'received_at', type: Date })
  receivedAt!: Date;
}
