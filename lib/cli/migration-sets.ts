import type { MigrationInterface } from 'typeorm';

/** What hosts without it leave out: capabilities with tables of their own, and events that are kept by days. */
export const OPTIONAL_SETS = ['consumers', 'conversations', 'days'] as const;

export type OptionalSet = (typeof OPTIONAL_SETS)[number];

export type MigrationSet = 'events' | OptionalSet;

/** The migrations of the library by what needs them, in their order. */
export async function migrationSets(): Promise<Record<MigrationSet, (new () => MigrationInterface)[]>> {
  const { eventLogConsumerMigrations, eventLogConversationMigrations, eventLogDayMigrations, eventLogMigrations } =
    await import('../typeorm/index.js');
  return {
    events: eventLogMigrations,
    consumers: eventLogConsumerMigrations,
    conversations: eventLogConversationMigrations,
    days: eventLogDayMigrations,
  };
}
