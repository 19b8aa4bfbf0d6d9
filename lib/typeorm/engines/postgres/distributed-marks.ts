import type { DataSource } from 'typeorm';
import { ERASURES } from '../../erasing/erasure-tables.js';
import { COLUMNS, type EventRow } from '../../events/event-columns.js';
import { keyOf } from '../../events/row-key.js';
import { postgresDatabaseOf } from '../database-of.js';
import type { MarkedRow } from '../erasure-marks.js';
import { qualifiedName } from '../table-name.js';
import { type PostgresDatabase, utcText } from './database.js';
import { readAs } from './event-table.js';

/** A row of one of the two tables, with its place. */
export type PlacedRow = EventRow & Record<'place_1' | 'place_2', string>;

type MarkRow = Pick<
  PlacedRow & MarkedRow,
  'project_key' | 'id' | 'erased_kind' | 'id_digest' | 'erased_at' | 'place_1' | 'place_2'
>;

const EMPTY = Object.fromEntries(COLUMNS.map((column) => [column, null]));

/**
 * What tells of erasures, where Citus distributes the events: the marks lie on the coordinator. In a join with them, Citus would
 * fetch all events, so those that were changed are asked for by their keys.
 */
export class DistributedMarks {
  /** How they are counted: one whose event was purged counts, too. */
  readonly counted: { from: string; isTold: string };
  private readonly database: PostgresDatabase;
  private readonly marksSql: string;
  private readonly eventsSql: string;

  constructor(dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    this.counted = { from: `${qualifiedName(dataSource, ERASURES)} AS erased`, isTold: 'TRUE' };
    this.marksSql =
      `SELECT project_key, id, kind AS erased_kind, id_digest, ${utcText('erased_at')} AS erased_at, ` +
      `feed_transaction::text AS place_1, feed_number::text AS place_2 FROM ${this.counted.from} WHERE `;
    this.eventsSql =
      `SELECT ${COLUMNS.map(readAs).join(', ')} FROM ${qualifiedName(dataSource)} ` +
      'WHERE project_key = ANY ($1::text[]) AND id = ANY ($2::text[])';
  }

  /** The first of those that fulfil a condition on `erased`, by transaction and number in `values`, and as many as their third. */
  async read(condition: string, values: readonly string[], deadline: number): Promise<(PlacedRow & MarkedRow)[]> {
    const sql = `${this.marksSql}${condition} ORDER BY feed_transaction, feed_number LIMIT $3`;
    const [transaction, number, limit] = values;
    const told: (PlacedRow & MarkedRow)[] = [];
    // On and on where events were purged: with fewer than were asked for, what follows them would be passed over.
    for (let place = [transaction, number]; ;) {
      const { rows: marks } = await this.database.run<MarkRow>({ sql, values: [...place, limit] }, deadline);
      told.push(...(await this.withEvents(marks, deadline)));
      if (told.length >= Number(limit) || marks.length < Number(limit)) return told;
      place = [marks.at(-1)!.place_1, marks.at(-1)!.place_2];
    }
  }

  private async withEvents(marks: readonly MarkRow[], deadline: number): Promise<(PlacedRow & MarkedRow)[]> {
    const changed = marks.filter(({ erased_kind }) => erased_kind !== 'deleted');
    const events = new Map<string, MarkedRow>();
    if (changed.length > 0) {
      const projects = [...new Set(changed.map(({ project_key }) => project_key!))];
      const values = [projects, changed.map(({ id }) => id!)];
      const { rows } = await this.database.run<MarkedRow>({ sql: this.eventsSql, values }, deadline);
      for (const row of rows) events.set(keyOf(row), row);
    }
    return marks.flatMap((mark) => {
      if (mark.erased_kind === 'deleted') return { ...EMPTY, ...mark, id: null } as PlacedRow & MarkedRow;
      const event = events.get(keyOf(mark));
      return event === undefined ? [] : { ...event, ...mark };
    });
  }
}
