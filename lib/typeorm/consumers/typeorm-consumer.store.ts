import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { storableText } from '../../events/storable-text.js';
import type {
  ConsumerChange,
  ConsumerFailure,
  ConsumerLease,
  ConsumerState,
  ParkedEvent,
} from '../../storage/consumers/consumer-state.interface.js';
import { ConsumerStore } from '../../storage/consumers/consumer.store.js';
import type { FeedPosition } from '../../storage/event-feed.js';
import { bind, joined, type Sql, sql } from '../../sql/sql.js';
import { ConsumerDatabase } from './consumer-database.js';
import { toConsumerState, toParkedEvent } from './consumer-rows.js';
import { type UpsertWords, upsertWordsOf } from './upsert-words.js';

/**
 * Keeps the positions of consumers in a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. Each method is one
 * statement that looks for the lease itself, so that nothing can come in between. It needs `eventLogConsumerMigrations`.
 */
export class TypeOrmConsumerStore extends ConsumerStore implements OnModuleInit {
  private readonly database: ConsumerDatabase;
  private readonly words: UpsertWords;

  constructor(dataSource: DataSource) {
    super();
    this.database = new ConsumerDatabase(dataSource);
    this.words = upsertWordsOf(dataSource);
  }

  /** Whether a host of this database keeps consumers in it. */
  static isUsedIn(dataSource: DataSource): Promise<boolean> {
    return new ConsumerDatabase(dataSource).isThere();
  }

  onModuleInit(): Promise<void> {
    return this.database.open();
  }

  async create(name: string, position: FeedPosition): Promise<void> {
    const columns = sql`name, position, status, term, beat, attempts, moved_at, retries_parked`;
    const values = sql`${bind(name)}, ${bind(position)}, 'running', 0, 0, 0, ${now()}, 0`;
    const { consumers } = this.database;
    await this.database.write(sql`INSERT INTO ${consumers} (${columns}) VALUES (${values}) ${this.words.unlessKnown}`);
  }

  async find(names?: readonly string[]): Promise<ConsumerState[]> {
    if (names?.length === 0) return [];
    const where = names ? sql`WHERE name IN (${joined(names.map(bind), ', ')})` : sql``;
    const rows = await this.database.read(sql`${this.database.selectConsumers} ${where} ORDER BY name`);
    return rows.map(toConsumerState);
  }

  async acquire(seen: ConsumerState, holder: string): Promise<ConsumerLease | undefined> {
    const same = sql`term = ${number(seen.term)} AND beat = ${number(seen.beat)} AND ${heldBy(seen.holder)}`;
    const set = sql`holder = ${bind(holder)}, term = term + 1, beat = 0`;
    const given = await this.update(set, sql`${named(seen.name)} AND status = 'running' AND ${same}`);
    return given ? { name: seen.name, term: seen.term + 1 } : undefined;
  }

  async beat(holder: string): Promise<number> {
    const running = sql`holder = ${bind(holder)} AND status = 'running'`;
    const beat = sql`UPDATE ${this.database.consumers} SET beat = beat + 1`;
    if (!this.words.canReturn) return this.beatAndAsk(beat, running);
    const rows = await this.database.writeAndRead(sql`${beat} WHERE ${running} RETURNING retries_parked`);
    return rows.filter(({ retries_parked }) => Number(retries_parked) === 0).length;
  }

  async release(lease: ConsumerLease): Promise<void> {
    await this.update(sql`holder = NULL`, held(lease));
  }

  move(lease: ConsumerLease, position: FeedPosition): Promise<boolean> {
    return this.updateCounted([movedTo(position)], held(lease));
  }

  fail(lease: ConsumerLease, { attempts, failingSince, lastError }: ConsumerFailure): Promise<boolean> {
    const error = bind(storableText(lastError));
    const set = sql`attempts = ${number(attempts)}, failing_since = ${bind(failingSince)}, last_error = ${error}`;
    return this.updateCounted([set], held(lease));
  }

  async park(lease: ConsumerLease, event: ParkedEvent): Promise<boolean> {
    const { consumers, parkedEvents } = this.database;
    const columns = sql`consumer, position, after_position, event_id, project_id, attempts, error, parked_at, number`;
    const next = sql`SELECT coalesce(max(number), 0) + 1 AS number FROM ${parkedEvents} WHERE consumer = ${bind(event.consumer)}`;
    const isHeld = sql`SELECT 1 FROM ${consumers} WHERE ${held(lease)}`;
    const select = sql`SELECT ${valuesOf(event)}, next.number FROM (${next}) AS next WHERE EXISTS (${isHeld} ${this.words.whileHeld})`;
    const insert = sql`INSERT INTO ${parkedEvents} (${columns}) ${select} ${this.words.orReplace}`;
    // MySQL need not count a row that was the same before.
    return (await this.database.write(insert)) > 0 || (await this.database.read(isHeld)).length > 0;
  }

  async parked(name: string): Promise<ParkedEvent[]> {
    const { selectParkedEvents } = this.database;
    const rows = await this.database.read(sql`${selectParkedEvents} WHERE consumer = ${bind(name)} ORDER BY number`);
    return rows.map(toParkedEvent);
  }

  async parkedCounts(): Promise<ReadonlyMap<string, number>> {
    const select = sql`SELECT consumer, count(*) AS parked FROM ${this.database.parkedEvents} GROUP BY consumer`;
    const rows = await this.database.read(select);
    return new Map(rows.map(({ consumer, parked }) => [consumer!, Number(parked)]));
  }

  async unpark(name: string, position: FeedPosition): Promise<void> {
    const where = sql`consumer = ${bind(name)} AND position = ${bind(position)}`;
    await this.database.write(sql`DELETE FROM ${this.database.parkedEvents} WHERE ${where}`);
  }

  change(name: string, { status, position, retriesParked }: ConsumerChange): Promise<boolean> {
    const set: Sql[] = [];
    if (status !== undefined) set.push(sql`status = ${bind(status)}`);
    if (retriesParked !== undefined) set.push(sql`retries_parked = ${number(Number(retriesParked))}`);
    if (position !== undefined) set.push(movedTo(position), sql`holder = NULL, term = term + 1`);
    return this.updateCounted(set, named(name));
  }

  async delete(name: string): Promise<void> {
    // First, so that nobody can park an event any more.
    await this.database.write(sql`DELETE FROM ${this.database.consumers} WHERE ${named(name)}`);
    await this.database.write(sql`DELETE FROM ${this.database.parkedEvents} WHERE consumer = ${bind(name)}`);
  }

  /** MySQL gives back no rows of an update, but one number: who is asked nothing needs no other statement. */
  private async beatAndAsk(beat: Sql, running: Sql): Promise<number> {
    const tell = sql`retries_parked = IF(retries_parked = 0, 0, LAST_INSERT_ID(1))`;
    const { affected, insertId } = await this.database.writeAndTell(sql`${beat}, ${tell} WHERE ${running}`);
    if (insertId === 0) return affected;
    const unasked = sql`SELECT name FROM ${this.database.consumers} WHERE ${running} AND retries_parked = 0`;
    return (await this.database.read(unasked)).length;
  }

  /** The beat makes it another row: of one that stays as it is, MySQL need not say that it was there. */
  private updateCounted(set: readonly Sql[], where: Sql): Promise<boolean> {
    return this.update(joined([...set, sql`beat = beat + 1`], ', '), where);
  }

  private async update(set: Sql, where: Sql): Promise<boolean> {
    return (await this.database.write(sql`UPDATE ${this.database.consumers} SET ${set} WHERE ${where}`)) > 0;
  }
}

function named(name: string): Sql {
  return sql`name = ${bind(name)}`;
}

function held({ name, term }: ConsumerLease): Sql {
  return sql`${named(name)} AND term = ${number(term)} AND holder IS NOT NULL`;
}

function heldBy(holder: string | null): Sql {
  return holder === null ? sql`holder IS NULL` : sql`holder = ${bind(holder)}`;
}

function movedTo(position: FeedPosition): Sql {
  return sql`position = ${bind(position)}, moved_at = ${now()}, attempts = 0, failing_since = NULL, last_error = NULL`;
}

/** In the order of the columns. */
function valuesOf({ consumer, position, after, id, projectId, attempts, error, parkedAt }: ParkedEvent): Sql {
  const values = [consumer, position, after, id, projectId, String(attempts), storableText(error), parkedAt];
  return joined(values.map(bind), ', ');
}

/** As text, as all values are. */
function number(value: number): Sql {
  return bind(String(value));
}

function now(): Sql {
  return bind(new Date().toISOString());
}
