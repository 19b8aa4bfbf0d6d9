import type { JsonValue } from '../events/event.interface.js';
import type { QueryRow } from '../storage/reading/event-query.interface.js';
import type { Column } from './grammar/column.js';
import { isDocument } from './grammar/view-fields.js';
import type { WireRow, WireValue } from './query-answer.interface.js';
import { rowOf, wireText, wireValue } from './wire-row.js';

/** A column of what is exported: a whole JSON field is a column for each of its `keys`, or one of JSON text. */
export interface ExportColumn extends Column {
  readonly keys?: readonly string[];
}

/** The values of a row in the order of the columns; undefined where it has none. */
export type ExportCells = readonly (WireValue | undefined)[];

/** Whether a column is a whole JSON field. */
export function isOfDocument({ expression }: Column): boolean {
  return expression.kind === 'field' && isDocument(expression.operand);
}

/** The columns of a file: a key that is selected by its path as well stands once. */
export class ExportColumns {
  readonly names: string[];
  /** Where the values of a column go: to one place, or each member of a document to its own. */
  private readonly places: readonly (number | ReadonlyMap<string, number>)[];

  constructor(private readonly columns: readonly ExportColumn[]) {
    this.names = [...new Set(columns.flatMap(({ key, keys }) => keys?.map((member) => `${key}.${member}`) ?? key))];
    const placeOf = new Map(this.names.map((name, place) => [name, place]));
    this.places = columns.map(({ key, keys }) =>
      keys === undefined ? placeOf.get(key)! : new Map(keys.map((member) => [member, placeOf.get(`${key}.${member}`)!])),
    );
  }

  cellsOf(row: QueryRow): ExportCells {
    const cells = new Array<WireValue | undefined>(this.names.length).fill(undefined);
    for (const [index, place] of this.places.entries()) {
      if (typeof place === 'number') cells[place] = cellOf(this.columns[index], row[index]);
      else unpack(row[index], place, cells);
    }
    return cells;
  }

  rowOf(cells: ExportCells): WireRow {
    return rowOf(this.names.map((name, place) => [name, cells[place]] as const));
  }
}

function cellOf(column: ExportColumn, value: JsonValue): WireValue | undefined {
  return isOfDocument(column) && typeof value === 'object' && value !== null ? JSON.stringify(value) : wireValue(column, value);
}

function unpack(value: JsonValue, places: ReadonlyMap<string, number>, cells: (WireValue | undefined)[]): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  for (const member in value) {
    const of = value[member];
    const place = places.get(member);
    // A key that was stored only now has no column.
    if (place !== undefined && of !== null) cells[place] = wireText(of);
  }
}
