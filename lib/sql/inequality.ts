import { sql, type Sql } from './sql.js';

export type Inequality = 'gt' | 'gte' | 'lt' | 'lte';

const SIGNS: Readonly<Record<Inequality, Sql>> = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` };

export function inequality(value: Sql, operator: Inequality, limit: Sql): Sql {
  return sql`${value} ${SIGNS[operator]} ${limit}`;
}
