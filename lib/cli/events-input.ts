import type { EventFilter } from '../query/event-filter.interface.js';
import type { Export } from './events-export.js';
import { formatOf } from './export-format.js';
import { EXIT, Failure } from './failure.js';
import type { Values } from './options.js';

/** The filter that the options of a command describe; the service checks what it holds. */
export function filterOf(values: Values): EventFilter {
  const [entityType, ...more] = values['entity-type'] ?? [];
  if (more.length > 0) throw new Failure(EXIT.usage, 'Expected --entity-type once: give no one to have all.');
  const { type, from, to, project: projectId, integration: integrationId, user: userId } = values;
  return { entityType, type, from, to, projectId, integrationId, userId };
}

export function limitOf({ limit }: Values): number | undefined {
  if (limit === undefined || /^\d{1,4}$/.test(limit)) return limit === undefined ? undefined : Number(limit);
  throw new Failure(EXIT.usage, 'Expected --limit to be a number from 1 to 1000.');
}

export function exportOf(values: Values): Export {
  const { json, output } = values;
  // In the midst of the events, what was done would be one of them.
  if (json && output === undefined) throw new Failure(EXIT.usage, 'Expected --json with --output: events are JSON without it.');
  return { filter: filterOf(values), format: formatOf(values), output };
}

export function queryOf(text: string): object {
  try {
    const query: unknown = JSON.parse(text);
    if (typeof query === 'object' && query !== null) return query;
  } catch {
    // As any other text that is no query.
  }
  throw new Failure(EXIT.usage, 'Expected the query to be a JSON object, in single quotes: \'{"select":[…]}\'.');
}
