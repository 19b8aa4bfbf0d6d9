import type { CheckedRule } from '../../options/retention/checked-rule.js';
import { projectKey } from '../event-row.js';

const RECEIVED = "fromUnixTimestamp64Milli(received_at, 'UTC')";
/** The last second that a time to live can have: later ones begin anew in 1970, and all would be over at once. */
const LAST_SECOND = 4_294_967_295;
/** What ends after 2299, the last year that ClickHouse can reckon with. */
const ENDLESS_YEARS = 200;
const YEAR_MS = 365 * 86_400_000;

/**
 * The rules as the time to live of the events' table; empty where every event stays. What a more specific rule is for is left out of
 * the others, as each row takes the first end that it finds.
 */
export function timeToLive(rules: readonly CheckedRule[]): string {
  const clauses = rules.filter(ends).map((rule) => {
    const stronger = rules.filter((other) => rankOf(other) > rankOf(rule));
    const conditions = [...targetOf(rule), ...stronger.map((other) => `NOT (${targetOf(other).join(' AND ')})`)];
    return `${endOf(rule)}${conditions.length === 0 ? '' : ` DELETE WHERE ${conditions.join(' AND ')}`}`;
  });
  return clauses.join(', ');
}

/** Whether all rows of a day are over at once, so that a day is dropped as it is, and never rewritten. */
export function endsByDay(rules: readonly CheckedRule[]): boolean {
  return rules.length === 1 && rankOf(rules[0]) === 0;
}

/** As in `RetentionRules`: a project stands above an entity type, and both above one. */
function rankOf({ entityType, projectId }: CheckedRule): number {
  return (projectId === undefined ? 0 : 2) + (entityType === undefined ? 0 : 1);
}

function targetOf({ entityType, projectId }: CheckedRule): string[] {
  return [
    ...(projectId === undefined ? [] : [`project_key = ${quoted(projectKey(projectId))}`]),
    ...(entityType === undefined ? [] : [`entity_type = ${quoted(entityType)}`]),
  ];
}

function ends({ span: { months, milliseconds } }: CheckedRule): boolean {
  return months / 12 + milliseconds / YEAR_MS <= ENDLESS_YEARS;
}

function endOf({ span: { months, milliseconds } }: CheckedRule): string {
  const end = `${RECEIVED} + toIntervalMonth(${months}) + toIntervalSecond(${Math.ceil(milliseconds / 1_000)})`;
  return `toDateTime(least(intDiv(toUnixTimestamp64Milli(${end}), 1000), ${LAST_SECOND}), 'UTC')`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
