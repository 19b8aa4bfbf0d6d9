import type { EventKey } from '../../storage/event-eraser.js';
import { projectKey } from '../events/event-columns.js';
import { bind, joined, type Sql, sql } from '../../sql/sql.js';

/** MariaDB compares each row that it finds with every project of the statement. */
const MAX_PROJECTS = 32;

/**
 * SQL of whether a row has one of these keys, for as many statements as it takes. Ids are listed project by project, which every
 * engine looks up by the primary key: of a list of pairs, MariaDB compares each with each.
 */
export function oneOfKeys(keys: readonly EventKey[]): Sql[] {
  const idsOf = new Map<string, Sql[]>();
  for (const { id, projectId } of keys) {
    const project = projectKey(projectId);
    const ids = idsOf.get(project);
    if (ids === undefined) idsOf.set(project, [bind(id)]);
    else ids.push(bind(id));
  }
  const ofProjects = [...idsOf].map(([project, ids]) => sql`(project_key = ${bind(project)} AND id IN (${joined(ids, ', ')}))`);
  const statements = Math.ceil(ofProjects.length / MAX_PROJECTS);
  return Array.from({ length: statements }, (_statement, index) =>
    joined(ofProjects.slice(index * MAX_PROJECTS, (index + 1) * MAX_PROJECTS), ' OR '),
  );
}
