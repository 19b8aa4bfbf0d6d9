import { subjectOf } from '../events/entity-types/subject.js';
import type { StoredEvent } from '../events/event.interface.js';
import { textTable } from './text-table.js';

const HEAD = ['CREATED', 'ENTITY TYPE', 'TYPE', 'ABOUT', 'PROJECT', 'ID'];
/** What a search was for may be as long as a request. */
const MAX_CELL = 60;

/** Events for people, a line each. */
export function eventsTable(events: readonly StoredEvent[]): string {
  return textTable([HEAD, ...events.map(cellsOf)]);
}

/** The rows of an answer, a column for each of its keys. */
export function rowsTable(rows: readonly Record<string, unknown>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return textTable([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]);
}

function cellsOf(event: StoredEvent): string[] {
  const [about] = Object.values(subjectOf(event));
  return [event.createdAt, event.entityType, event.type, cell(about), cell(event.projectId), event.id];
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text;
}
