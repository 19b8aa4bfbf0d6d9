import type { DataSource } from 'typeorm';
import { byEngine } from '../engines/by-engine.js';
import { type Sql, sql } from '../../sql/sql.js';

/** What engines write differently of statements for the tables of consumers. */
export interface UpsertWords {
  /** Leaves the consumer of that name as it is. */
  readonly unlessKnown: Sql;
  /** Puts a parked event in place of the one at its position. */
  readonly orReplace: Sql;
  /** Holds off who would take the lease away until the event is parked. */
  readonly whileHeld: Sql;
  /** Whether a statement that writes can give back what it has written. */
  readonly canReturn: boolean;
}

const STANDARD: UpsertWords = {
  unlessKnown: sql`ON CONFLICT (name) DO NOTHING`,
  orReplace: sql`ON CONFLICT (consumer, position) DO UPDATE SET after_position = excluded.after_position, event_id = excluded.event_id, project_id = excluded.project_id, attempts = excluded.attempts, error = excluded.error, parked_at = excluded.parked_at`,
  whileHeld: sql``,
  canReturn: true,
};

const MYSQL: UpsertWords = {
  // Not INSERT IGNORE, which would cut what is too long.
  unlessKnown: sql`ON DUPLICATE KEY UPDATE name = name`,
  orReplace: sql`ON DUPLICATE KEY UPDATE after_position = VALUES(after_position), event_id = VALUES(event_id), project_id = VALUES(project_id), attempts = VALUES(attempts), error = VALUES(error), parked_at = VALUES(parked_at)`,
  whileHeld: sql`LOCK IN SHARE MODE`,
  canReturn: false,
};

export function upsertWordsOf(dataSource: DataSource): UpsertWords {
  return byEngine<UpsertWords>(dataSource, ['typeOrmStorage', 'keeps positions of consumers'], {
    sqlite: () => STANDARD,
    postgres: () => ({ ...STANDARD, whileHeld: sql`FOR SHARE` }),
    mysql: () => MYSQL,
  });
}
