import type { QueryRunner } from 'typeorm';

/** Gives to a table the rights that others have to another one. */
export async function copyGrants(runner: QueryRunner, from: string, to: string): Promise<void> {
  const grants: Record<'privilege' | 'grantee' | 'option', string>[] = await runner.query(
    `SELECT privilege_type AS privilege, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS grantee,
       CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
     FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = $1::regclass AND grantee <> relowner`,
    [from],
  );
  for (const { privilege, grantee, option } of grants) await runner.query(`GRANT ${privilege} ON ${to} TO ${grantee}${option}`);
}
