import type { QueryRunner } from 'typeorm';
import { MigrationRefusal } from '../migration-refusal.js';

/** Refuses what the host has made for the table, and what would stay with its old rows alone. */
export async function refuseWhatWouldBeLost(runner: QueryRunner, table: string): Promise<void> {
  const found: { what: string }[] = await runner.query(
    `SELECT 'the trigger ' || tgname AS what FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal
     UNION ALL SELECT 'the policy ' || polname FROM pg_policy WHERE polrelid = $1::regclass
     UNION ALL SELECT 'the rule ' || rulename FROM pg_rewrite WHERE ev_class = $1::regclass
     UNION ALL SELECT DISTINCT 'the view ' || ev_class::regclass::text FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
       WHERE classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = $1::regclass AND ev_class <> refobjid
     UNION ALL SELECT 'the constraint ' || conname FROM pg_constraint
       WHERE $1::regclass IN (conrelid, confrelid) AND contype IN ('f', 'u', 'x')
     UNION ALL SELECT 'the publication ' || pubname FROM pg_publication_rel JOIN pg_publication ON pg_publication.oid = prpubid
       WHERE prrelid = $1::regclass
     UNION ALL SELECT 'inheritance with ' || (CASE WHEN inhrelid = $1::regclass THEN inhparent ELSE inhrelid END)::regclass::text
       FROM pg_inherits WHERE $1::regclass IN (inhrelid, inhparent)
     UNION ALL SELECT 'the unique index ' || indexrelid::regclass::text FROM pg_index
       WHERE indrelid = $1::regclass AND indisunique AND NOT indisprimary
         AND NOT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey) AND attname = 'received_day')
     LIMIT 1`,
    [table],
  );
  if (found.length === 0) return;
  throw new MigrationRefusal(
    `Expected ${table} to have nothing of the host's own when it is to be kept by days, got ${found[0].what}: drop it, and make it again for the new table.`,
  );
}
