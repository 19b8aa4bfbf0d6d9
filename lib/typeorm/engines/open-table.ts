import type { DataSource } from 'typeorm';
import type { Database } from './database.js';
import { codeOf } from './driver-error.js';
import { EVENTS, qualifiedName, tableName, type NamedTable } from './table-name.js';

/** How the command line is asked for migrations. */
const WITH: Record<NonNullable<NamedTable['migrations']> | 'eventLogMigrations', string> = {
  eventLogMigrations: '',
  eventLogConsumerMigrations: ' --with consumers',
  eventLogConversationMigrations: ' --with conversations',
};

/** Fails, in a sentence that says what to do, where a table can't be used, or a setting would change what it holds. */
export async function openTable(
  dataSource: DataSource,
  database: Database,
  columns: readonly string[],
  deadline: number,
  table = EVENTS,
): Promise<void> {
  try {
    await database.run({ sql: `SELECT ${columns.join(', ')} FROM ${qualifiedName(dataSource, table)} LIMIT 0` }, deadline);
    await database.checkSettings(deadline);
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error; // no word of a driver, but ours
    throw new Error(database.isMissingTable(error) ? missing(dataSource, table) : unreadable(dataSource, table, code), {
      cause: new Error(code),
    });
  }
}

function missing(dataSource: DataSource, table: NamedTable): string {
  const { holds, migrations = 'eventLogMigrations' } = table;
  const name = tableName(dataSource, table);
  const text = `There is no table for ${holds} (\`${name}\`): add \`${migrations}\` to the \`migrations\` of the data source and start the app once with \`migrationsRun: true\`, or run \`npx nestjs-event-log migrate up${WITH[migrations]}\`.`;
  if (name === `${dataSource.options.entityPrefix ?? ''}${table.given}`) return text;
  return `${text} Its namingStrategy makes that name of \`${table.given}\`: if there is a table of the old name, rename it.`;
}

function unreadable(dataSource: DataSource, table: NamedTable, code: string): string {
  return `The database does not let the table \`${tableName(dataSource, table)}\` be read (${code}).`;
}
