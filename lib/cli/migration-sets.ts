import type { DataSourceOptions, MigrationInterface } from 'typeorm';

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

/** Those of which a data source lists a migration. By name, as its file may have another copy of the library. */
export async function listedSets(listed: DataSourceOptions['migrations'] = []): Promise<MigrationSet[]> {
  const names = Object.values(listed).map((migration) => (typeof migration === 'function' ? migration.name : undefined));
  const sets = Object.entries(await migrationSets()) as [MigrationSet, (new () => MigrationInterface)[]][];
  return sets.filter(([, classes]) => classes.some(({ name }) => names.includes(name))).map(([set]) => set);
}
