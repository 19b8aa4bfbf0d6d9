import type { Database } from '../database.js';

const CHARACTER_SETS = ['character_set_client', 'character_set_connection', 'character_set_results'] as const;
const MODES: Record<string, string> = {
  NO_BACKSLASH_ESCAPES: 'mysql2 quotes texts with backslashes',
  EMPTY_STRING_IS_NULL: 'an empty text is another value than null',
};

type Setting = (typeof CHARACTER_SETS)[number] | 'sql_mode' | 'autocommit';

/** Refuses what would store other texts than were sent, or none. */
export async function checkServerSettings(database: Database, deadline: number): Promise<void> {
  const columns = [...CHARACTER_SETS, 'sql_mode', 'autocommit'].map((name) => `CAST(@@SESSION.${name} AS CHAR) AS ${name}`);
  const { rows } = await database.run<Record<Setting, string>>({ sql: `SELECT ${columns.join(', ')}` }, deadline);
  const [settings] = rows;
  const wrong = CHARACTER_SETS.find((name) => settings[name] !== 'utf8mb4');
  if (wrong !== undefined) {
    throw new Error(
      `Expected \`${wrong}\` of the connection to be utf8mb4, got ${settings[wrong]}, which loses characters: set \`charset: 'utf8mb4'\` in the data source, or leave it out.`,
    );
  }
  const mode = Object.keys(MODES).find((name) => settings.sql_mode.split(',').includes(name));
  if (mode !== undefined) throw new Error(`Expected \`sql_mode\` to be without ${mode}: ${MODES[mode]}.`);
  if (!/^(?:1|ON)$/.test(settings.autocommit)) {
    throw new Error(
      `Expected \`autocommit\` of the connection to be 1, got ${settings.autocommit}: events would not be committed.`,
    );
  }
}
