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

  /** Unique within its project, byte for byte. */
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  /** What the event is about; for those of the contract, tells which one of the next three fields is set. */
  @Column({ name: 'entity_type', type: 'varchar' })
  entityType!: string;

  /** What happened, in the caller's words. */
  @Column({ type: 'varchar' })
  type!: string;

  /** Null: the event is not about a message. */
  @Column({ name: 'message_id', type: 'varchar', nullable: true })
  messageId!: string | null;

  /** Null: the event is not about a conversation. */
  @Column({ name: 'conversation_id', type: 'varchar', nullable: true })
  conversationId!: string | null;

  /** Null: the event is not about a search. Empty: it is, and nothing was searched for. */
  @Column({ name: 'search_query', type: 'text', nullable: true })
  searchQuery!: string | null;

  /** When it happened, as the caller said, else when it was received. */
  @Column({ name: 'created_at', type: Date })
  createdAt!: Date;

  /** Null: the event belongs to no project. */
  @Column({ name: 'project_id', type: 'varchar', nullable: true })
  projectId!: string | null;

  /** Null: the event belongs to no integration. */
  @Column({ name: 'integration_id', type: 'varchar', nullable: true })
  integrationId!: string | null;

  /** Null: none were given, which is not the same as `{}`. */
  @Column({ type: 'simple-json', nullable: true })
  properties!: JsonObject | null;

  /** Null: none were given, which is not the same as `{}`. */
  @Column({ name: 'user_properties', type: 'simple-json', nullable: true })
  userProperties!: JsonObject | null;

  /** When the server received it, by its own clock. */
  @Column({ name: 'received_at', type: Date })
  receivedAt!: Date;

  /** For the store alone, which tells a replay from a conflict by it: reads leave it out. Null: stored before there were any. */
  @Column({ name: 'content_digest', type: 'varchar', nullable: true, select: false })
  contentDigest?: string | null;

  /** What the class of its entity type adds. Null: nothing, as of the entity types of the contract. */
  @Column({ type: 'simple-json', nullable: true })
  fields!: JsonObject | null;

  /**
   * Who did it, to find and to count people by: `userProperties.userId`, else `id`, as a text; empty for nobody. Read only where
   * it is selected by name. Null: stored by an earlier version, and not filled yet.
   */
  @Column({ name: 'user_key', type: 'varchar', nullable: true, select: false })
  userKey?: string | null;
}
