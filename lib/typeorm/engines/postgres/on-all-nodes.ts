import type { PostgresDatabase } from './database.js';
import { literal } from './literal.js';

/** As of a connection that is lost: the same may work later. */
const NODE_IS_AWAY = '08006';

/** What each node of Citus answers to a statement of one value, by its id. Fails where one does not answer. */
export async function onAllNodes(database: PostgresDatabase, sql: string, deadline: number): Promise<Map<string, string>> {
  const asked = `SELECT nodeid::text, success::text, result FROM run_command_on_all_nodes(${literal(sql)}, true, false)`;
  const { rows } = await database.run<{ nodeid: string; success: string; result: string }>({ sql: asked }, deadline);
  if (rows.some(({ success }) => success !== 'true')) {
    throw Object.assign(new Error('A node does not answer'), { code: NODE_IS_AWAY });
  }
  return new Map(rows.map(({ nodeid, result }) => [nodeid, result]));
}
