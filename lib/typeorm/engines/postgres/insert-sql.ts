import type { DataSource } from 'typeorm';
import { ERASURES } from '../../erasing/erasure-tables.js';
import { COLUMNS } from '../../events/event-columns.js';
import { qualifiedName } from '../table-name.js';

const JSON_COLUMNS: readonly string[] = ['properties', 'user_properties', 'fields'];

/** The parts of the statement that stores rows. */
export interface InsertParts {
  readonly table: string;
  readonly columns: string;
  /** What is selected of a row that was sent, column by column. */
  readonly read: string;
  /** The rows that were sent, as `event`: arrays and `unnest`, so that the statement is the same for every size of a batch. */
  readonly sent: string;
  /** Whether the id of `event` is not erased. */
  readonly isNotErased: string;
  /** How many parameters `sent` has. */
  readonly parameters: number;
}

export function insertPartsOf(dataSource: DataSource): InsertParts {
  const arrays = COLUMNS.map((column, index) => `$${index + 1}::${elementType(column)}[]`);
  const read = COLUMNS.map((column) => (column.endsWith('_at') ? `${column}::timestamptz` : column));
  return {
    table: qualifiedName(dataSource),
    columns: COLUMNS.join(', '),
    read: read.join(', '),
    sent: `unnest(${arrays.join(', ')}) AS event(${COLUMNS.join(', ')})`,
    isNotErased: notErased(qualifiedName(dataSource, ERASURES)),
    parameters: arrays.length,
  };
}

/**
 * SQL of whether an event that is sent was not erased. Where nothing ever was, as in most logs, that is one look a statement; by an
 * index, as what was noted twice leaves gaps in the table. Each row is looked up as a value, by the primary key: a join, whose plan
 * is kept, might read the whole table. The digest is that of `erasedIdDigest()`.
 */
function notErased(erasures: string): string {
  const any = `SELECT TRUE FROM ${erasures} ORDER BY id_digest LIMIT 1`;
  const digest = "encode(sha256(convert_to(event.id, 'UTF8')), 'hex')";
  const erased = `SELECT TRUE FROM ${erasures} AS erased WHERE (erased.id_digest, erased.project_key) = (${digest}, event.project_key)`;
  return `CASE WHEN (${any}) THEN (${erased}) IS NULL ELSE TRUE END`;
}

export function elementType(column: string): 'text' | 'json' {
  return JSON_COLUMNS.includes(column) ? 'json' : 'text';
}
