import type { EventQuery, Expression, Keyset, QueryRow } from '../storage/reading/event-query.interface.js';
import type { ReadRow } from './read-statement.interface.js';
import { expressionKey } from './expression-key.js';
import { expressionSql } from './expression-sql.js';
import { identityDirection, identityOrder } from './order-sql.js';
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
  readonly order: readonly OrderColumn[];
  private readonly values: ValueSql[] = [];
  private readonly placesByKey = new Map<string, number>();
  /** How many of them, from the first on, are what is grouped by. */
  private readonly grouped: number;
  private readonly selected: readonly number[];

  constructor(
    { scope, select, groupBy, orderBy }: EventQuery,
    private readonly dialect: ReadDialect,
    readonly buckets: QueryBuckets,
  ) {
    const groups = (groupBy ?? []).map((by) => this.orderColumn(this.placeOf(by), 'asc'));
    this.grouped = this.values.length;
    this.selected = select.map((expression) => this.placeOf(expression));
    const ofIdentity = (direction: 'asc' | 'desc') =>
      identityOrder(scope, direction).map(({ value }) => this.orderColumn(this.add(value), direction));
    const whole = groupBy === undefined ? identityDirection(orderBy) : undefined;
    if (whole !== undefined) this.order = ofIdentity(whole);
    else {
      const asked = orderBy.map(({ by, direction }) => this.orderColumn(this.placeOf(by), direction));
      this.order = [...asked, ...(groupBy === undefined ? ofIdentity('asc') : groups)];
    }
  }

  /** The values as they are grouped and ordered by. */
  get raw(): Sql {
    return joined(this.select(rawOf), ', ');
  }

  get groupNames(): readonly Sql[] {
    return namesOf(this.places.slice(0, this.grouped));
  }

  /** What is found within each bucket: all but its number. */
  get withinBucket(): { readonly names: readonly Sql[]; readonly groupNames: readonly Sql[]; readonly raw: readonly Sql[] } {
    const places = this.places.filter((place) => !this.isNumberOfBucket(place));
    return {
      names: namesOf(places),
      groupNames: namesOf(places.filter((place) => place < this.grouped)),
      raw: this.select(rawOf, places),
    };
  }

  /** The values, those within a bucket as they are `read`. */
  ofBuckets(read: readonly Sql[]): Sql {
    const rest = read.values();
    const all = this.select((value, place) => (this.isNumberOfBucket(place) ? value.raw : rest.next().value!));
    return joined(all, ', ');
  }

  /** The values as they are read, of a table of the `raw` ones, or of events. */
  outputs(from: (value: ValueSql, place: number) => Sql = rawOf): Sql {
    const all = this.select((value, place) => value.type.output(from(value, place), this.dialect));
    return joined(all, ', ');
  }

  toRow(row: ReadRow): QueryRow {
    return this.selected.map((place) => {
      const read = row[`v${place}`];
      return read === null ? null : this.values[place].type.toRow(read);
    });
  }

  /** An expression of all rows, as it was read. */
  readOf(expression: Expression, rows: readonly ReadRow[]): ReadRow[string][] {
    const place = this.placeOf(expression);
    return rows.map((row) => row[`v${place}`]);
  }

  toKeyset(row: ReadRow): Keyset {
    return this.order.map(({ place, value }) => {
      const read = row[`v${place}`];
      return read === null ? null : value.type.toKey(read);
    });
  }

  private get places(): number[] {
    return [...this.values.keys()];
  }

  private isNumberOfBucket(place: number): boolean {
    return this.values[place].raw === this.buckets.table?.number;
  }

  private select(sqlOf: (value: ValueSql, place: number) => Sql, places: readonly number[] = this.places): Sql[] {
    return places.map((place) => sql`${sqlOf(this.values[place], place)} AS ${numbered('v', place)}`);
  }

  private placeOf(expression: Expression): number {
    const key = expressionKey(expression);
    const place = this.placesByKey.get(key) ?? this.add(expressionSql(expression, this.dialect, this.buckets));
    this.placesByKey.set(key, place);
    return place;
  }

  private add(value: ValueSql): number {
    return this.values.push(value) - 1;
  }

  private orderColumn(place: number, direction: 'asc' | 'desc'): OrderColumn {
    return { place, value: this.values[place], direction };
  }
}

function rawOf({ raw }: ValueSql): Sql {
  return raw;
}

function namesOf(places: readonly number[]): Sql[] {
  return places.map((place) => numbered('v', place));
}
