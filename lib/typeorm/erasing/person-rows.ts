import type { DataSource } from 'typeorm';
import { storedEvent } from '../../events/stored-event.js';
import type { StoredEvent } from '../../events/event.interface.js';
import { bind, integer, joined, quotedBefore, type Sql, sql } from '../../sql/sql.js';
import type { PersonInProject } from '../../storage/erasure.interface.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import type { EventKey } from '../../storage/event-eraser.js';
import { byEngine } from '../engines/by-engine.js';
import { readAs as readAsMysql } from '../engines/mysql/event-table.js';
import { readAs as readAsPostgres } from '../engines/postgres/event-table.js';
import type { FeedTable } from '../engines/feed-table.js';
import { OwnTables } from '../engines/own-tables.js';
import { sqlTime, withIsoTimes } from '../engines/sql-times.js';
import { EVENTS, tableName } from '../engines/table-name.js';
import { COLUMNS, type EventRow, toRecord } from '../events/event-columns.js';

/** How one engine reads an event, writes a time, is made to take the index of users, and numbers what is stored. */
interface Words {
  read(column: (typeof COLUMNS)[number]): string;
  time(time: string): string;
  toRow(row: EventRow): EventRow;
  readonly index: string;
  readonly number: 'feed_transaction' | 'feed_number';
}

/** The events of a person, found by the index of users. */
export class PersonRows extends OwnTables {
  private readonly words: Words;
  private readonly events: Sql;

  constructor(
    dataSource: DataSource,
    private readonly feed: Pick<FeedTable, 'placeOf'>,
  ) {
    super(dataSource, 'events', []);
    this.words = wordsOf(dataSource);
    this.events = sql`${this.nameOf(EVENTS)}${quotedBefore(this.words.index)}`;
  }

  /** Whether a person has any in a project. */
  async hasAny(person: PersonInProject): Promise<boolean> {
    return (await this.keysOf(person, 1)).length > 0;
  }

  async keysOf(person: PersonInProject, limit: number): Promise<EventKey[]> {
    const { projectId } = person;
    const rows = await this.read(sql`SELECT id FROM ${this.events} WHERE ${this.isOf(person)} LIMIT ${integer(limit)}`);
    return rows.map(({ id }) => ({ id: id!, projectId }));
  }

  async eventsOf(person: PersonInProject, limit: number, after?: StoredEvent): Promise<StoredEvent[]> {
    const read = joined(
      COLUMNS.map((column) => quotedBefore(this.words.read(column))),
      ', ',
    );
    const order = sql`ORDER BY stored.created_at, stored.id LIMIT ${integer(limit)}`;
    const where = sql`${this.isOf(person)}${after ? sql` AND ${this.isAfter(after)}` : sql``}`;
    const rows = await this.read(
      sql`SELECT ${read} FROM ${this.nameOf(EVENTS)} AS stored${quotedBefore(this.words.index)} WHERE ${where} ${order}`,
    );
    return rows.map((row) => storedEvent(toRecord(this.words.toRow(row as EventRow))));
  }

  async countOf(person: PersonInProject): Promise<number> {
    const rows = await this.read(sql`SELECT count(*) AS found FROM ${this.events} WHERE ${this.isOf(person)}`);
    return Number(rows[0].found);
  }

  private isOf({ userKey, projectId, upTo }: PersonInProject): Sql {
    const ofProject = projectId === null ? sql`project_id IS NULL` : sql`project_id = ${bind(projectId)}`;
    return sql`${ofProject} AND user_key = ${bind(userKey)}${upTo === undefined ? sql`` : this.isUpTo(upTo)}`;
  }

  /** What has no number was stored before there were any, or by a version before. */
  private isUpTo(position: FeedPosition): Sql {
    const number = quotedBefore(this.words.number);
    return sql` AND (${number} IS NULL OR ${number} <= ${bind(String(this.feed.placeOf(position)[0]))})`;
  }

  private isAfter({ createdAt, id }: StoredEvent): Sql {
    const time = bind(this.words.time(createdAt));
    // Both: the index is gone on from a bound, and not from one of two.
    return sql`created_at >= ${time} AND (created_at > ${time} OR id > ${bind(id)})`;
  }
}

function wordsOf(dataSource: DataSource): Words {
  const asIs = (column: string) => column;
  // MariaDB would rather sort all events of a project.
  const index = (source: DataSource) => ` FORCE INDEX (${source.driver.escape(`${tableName(source)}_by_user`)})`;
  return byEngine<Words>(dataSource, ['typeOrmStorage', 'erases events'], {
    sqlite: () => ({ read: asIs, time: sqlTime, toRow: withIsoTimes, index: '', number: 'feed_number' }),
    postgres: () => ({ read: readAsPostgres, time: asIs, toRow: (row) => row, index: '', number: 'feed_transaction' }),
    mysql: (source) => ({ read: readAsMysql, time: sqlTime, toRow: withIsoTimes, index: index(source), number: 'feed_number' }),
  });
}
