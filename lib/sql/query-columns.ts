import type { EventQuery, Expression, Keyset, QueryRow } from '../storage/reading/event-query.interface.js';
import type { ReadRow } from './read-statement.interface.js';
import { expressionKey } from './expression-key.js';
import { expressionSql } from './expression-sql.js';
import { identityOrder } from './order-sql.js';
import type { QueryBuckets } from './query-buckets.js';
import type { ReadDialect } from './read-dialect.interface.js';
import { joined, numbered, sql, type Sql } from './sql.js';
import type { OrderSql, ValueSql } from './value-sql.interface.js';

/** A value that rows are ordered by, and the number of its column. */
interface OrderColumn extends OrderSql {
  readonly place: number;
}

/** What a query reads: the columns `v0`, `v1` and so on, one for each of its expressions. */
export class QueryColumns {
  /** How many of them, from the first on, are what is grouped by. */
  readonly grouped: number;
  readonly order: readonly OrderColumn[];
  private readonly values: ValueSql[] = [];
  private readonly places = new Map<string, number>();
  private readonly selected: readonly number[];

  constructor(
    { scope, select, groupBy, orderBy }: EventQuery,
    private readonly dialect: ReadDialect,
    readonly buckets: QueryBuckets,
  ) {
    const groups = (groupBy ?? []).map((by) => this.orderColumn(this.placeOf(by), 'asc'));
    this.grouped = this.values.length;
    this.selected = select.map((expression) => this.placeOf(expression));
    const asked = orderBy.map(({ by, direction }) => this.orderColumn(this.placeOf(by), direction));
    const ties =
      groupBy === undefined ? identityOrder(scope, 'asc').map(({ value }) => this.orderColumn(this.add(value), 'asc')) : groups;
    this.order = [...asked, ...ties];
  }

  get names(): readonly Sql[] {
    return this.values.map((_value, place) => numbered('v', place));
  }

  /** The values as they are grouped and ordered by. */
  get raw(): Sql {
    return this.select((value) => value.raw);
  }

  /** The values as they are read, of a table of the `raw` ones, or of events. */
  outputs(rawOf = (value: ValueSql, _place: number): Sql => value.raw): Sql {
    return this.select((value, place) => value.type.output(rawOf(value, place), this.dialect));
  }

  toRow(row: ReadRow): QueryRow {
    return this.selected.map((place) => {
      const read = row[`v${place}`];
      return read === null ? null : this.values[place].type.toRow(read);
    });
  }

  toKeyset(row: ReadRow): Keyset {
    return this.order.map(({ place, value }) => {
      const read = row[`v${place}`];
      return read === null ? null : value.type.toKey(read);
    });
  }

  private select(sqlOf: (value: ValueSql, place: number) => Sql): Sql {
    return joined(
      this.values.map((value, place) => sql`${sqlOf(value, place)} AS ${numbered('v', place)}`),
      ', ',
    );
  }

  private placeOf(expression: Expression): number {
    const key = expressionKey(expression);
    const place = this.places.get(key) ?? this.add(expressionSql(expression, this.dialect, this.buckets));
    this.places.set(key, place);
    return place;
  }

  private add(value: ValueSql): number {
    return this.values.push(value) - 1;
  }

  private orderColumn(place: number, direction: 'asc' | 'desc'): OrderColumn {
    return { place, value: this.values[place], direction };
  }
}
