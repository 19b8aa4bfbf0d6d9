import type { RetentionRule } from './retention-rule.interface.js';

/** A rule as a line of the log has it, among so many rules. */
export function shownRule({ entityType, projectId, keepFor }: RetentionRule, count: number): string {
  const type = entityType === undefined ? '' : ` of type '${entityType}'`;
  const project = projectId === undefined ? '' : projectId === null ? ' of no project' : ` of project '${projectId}'`;
  const events = type === '' && project === '' ? `all ${count > 1 ? 'other ' : ''}events` : `events${type}${project}`;
  return `${events} for ${keepFor}`;
}
