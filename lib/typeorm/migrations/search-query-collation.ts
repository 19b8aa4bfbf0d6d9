import type { QueryRunner } from 'typeorm';
import { qualifiedName } from '../engines/table-name.js';

/**
 * Has PostgreSQL order `search_query` as it orders the other texts: by code point. Neither rows nor indexes are written again
 * for it. Where a view of the host uses the column, PostgreSQL refuses, and the column stays as it is: queries name the
 * collation themselves.
 */
export async function collateSearchQuery(runner: QueryRunner, collation: 'C' | 'default'): Promise<void> {
  if (runner.connection.options.type !== 'postgres') return;
  const table = qualifiedName(runner.connection);
  const changeable: unknown[] = await runner.query(CHANGEABLE, [table, collation]);
  if (changeable.length === 0) return;
  await runner.query(`ALTER TABLE ${table} ALTER COLUMN search_query TYPE text COLLATE "${collation}"`);
}

const CHANGEABLE = `
  SELECT 1 FROM pg_attribute
  WHERE attrelid = to_regclass($1) AND attname = 'search_query'
    AND attcollation <> (SELECT oid FROM pg_collation WHERE collname = $2 AND collnamespace = 'pg_catalog'::regnamespace)
    AND NOT EXISTS (
      SELECT 1 FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = attrelid AND refobjsubid = attnum
    )`;
