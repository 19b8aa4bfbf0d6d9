import { randomUUID } from 'node:crypto';
import { COLUMNS, EVENT_COLUMNS } from '../../lib/typeorm/events/event-columns.js';

export { COLUMNS };

/** What one event puts in these columns, with the time as an engine wants it. */
export function rowOf(event: Record<string, unknown>, time: string): unknown[] {
  const fields: Record<string, unknown> = { ...event, projectKey: '', id: randomUUID(), createdAt: time, receivedAt: time };
  return EVENT_COLUMNS.map(({ field }) => columnValue(fields[field]));
}

function columnValue(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : (value ?? null);
}
