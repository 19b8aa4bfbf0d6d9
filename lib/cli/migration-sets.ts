import type { MigrationInterface } from 'typeorm';

/** Capabilities with tables of their own, which hosts without them leave out. */
export const OPTIONAL_SETS = ['consumers', 'conversations'] as const;

export type OptionalSet = (typeof OPTIONAL_SETS)[number];

export type MigrationSet = 'events' | OptionalSet;

/** The migrations of the library by what needs them, in their order. */
export async function migrationSets(): Promise<Record<MigrationSet, (new () => MigrationInterface)[]>> {
  const { eventLogConsumerMigrations, eventLogConversationMigrations, eventLogMigrations } = await import('../typeorm/index.js');
  return {
    events: eventLogMigrations,
    consumers: eventLogConsumerMigrations,
    conversations: eventLogConversationMigrations,
  };
}
