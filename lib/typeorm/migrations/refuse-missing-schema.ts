import type { QueryRunner } from 'typeorm';
import { MigrationRefusal } from './migration-refusal.js';

/** Refuses to migrate where the schema of a data source on PostgreSQL is not there: TypeORM makes none for a migration. */
export async function refuseMissingSchema(runner: QueryRunner): Promise<void> {
  const { schema } = runner.connection.options as { schema?: string };
  if (schema === undefined) return;
  const found = (await runner.query('SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1', [schema])) as unknown[];
  if (found.length > 0) return;
  const name = runner.connection.driver.escape(schema);
  throw new MigrationRefusal(`The schema '${schema}' does not exist: make it with CREATE SCHEMA ${name}.`);
}
