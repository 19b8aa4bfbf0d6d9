import type { QueryRunner } from 'typeorm';

/** The names of the migrations that have been run, by TypeORM's own table of them. Where there is none, none is made. */
export async function doneMigrations(runner: QueryRunner): Promise<Set<string>> {
  const { driver, manager, options } = runner.connection;
  const { migrationsTableName: name = 'migrations', schema } = options as { migrationsTableName?: string; schema?: string };
  const table = driver.buildTableName(name, schema, driver.database);
  if (!(await runner.hasTable(table))) return new Set();
  const rows = await manager.createQueryBuilder(runner).select().from(table, name).getRawMany<{ name: string }>();
  return new Set(rows.map((row) => row.name));
}
