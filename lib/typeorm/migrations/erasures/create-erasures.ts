import type { QueryRunner } from 'typeorm';
import { qualifiedName, tableName } from '../../engines/table-name.js';
import { ERASURES } from '../../erasing/erasure-tables.js';
import { dialectOf } from '../dialect.js';

/** What tells the place in the feed, on each engine by the same means as that of events. */
const PLACES: Record<string, readonly string[]> = {
  postgres: ['feed_transaction bigint NOT NULL', 'feed_number bigint NOT NULL'],
  // After an event of a number, and of those after the same one in the order of theirs.
  mysql: ['feed_after bigint NOT NULL', 'feed_number bigint NOT NULL AUTO_INCREMENT UNIQUE'],
  sqlite: ['feed_number integer NOT NULL'],
};

/** The digest comes first in the primary key: MariaDB looks up a list of pairs by the first of their columns alone. */
export async function createErasures(runner: QueryRunner): Promise<void> {
  const { key, name, zonedTime: time, options } = await dialectOf(runner);
  const { type } = runner.connection.options;
  const engine = type === 'postgres' ? type : /^(?:mysql|mariadb)$/.test(type) ? 'mysql' : 'sqlite';
  const places = PLACES[engine];
  const byFeed = places.map((column) => column.split(' ')[0]).join(', ');
  const indexes = { _by_feed: byFeed, _by_request: 'request_id, project_key' };
  const columns = [
    `id_digest ${name} NOT NULL`,
    `project_key ${key} NOT NULL`,
    `id ${name}`,
    `kind ${name} NOT NULL`,
    `erased_at ${time} NOT NULL`,
    `request_id ${name} NOT NULL`,
    ...places,
    'PRIMARY KEY (id_digest, project_key)',
  ];
  const nameOf = (suffix: string) => runner.connection.driver.escape(`${tableName(runner.connection, ERASURES)}${suffix}`);
  const table = qualifiedName(runner.connection, ERASURES);
  // MySQL has no CREATE INDEX IF NOT EXISTS: there they are made with the table.
  const inTable = engine === 'mysql' ? Object.entries(indexes).map(([suffix, of]) => `INDEX ${nameOf(suffix)} (${of})`) : [];
  await runner.query(`CREATE TABLE IF NOT EXISTS ${table} (${[...columns, ...inTable].join(', ')}) ${options}`);
  if (engine === 'mysql') return;
  for (const [suffix, of] of Object.entries(indexes)) {
    await runner.query(`CREATE INDEX IF NOT EXISTS ${nameOf(suffix)} ON ${table} (${of})`);
  }
}
