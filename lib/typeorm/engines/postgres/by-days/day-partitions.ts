import type { DataSource } from 'typeorm';
import { setTimeout as delay } from 'node:timers/promises';
import { LogLine } from '../../../../diagnostics/log-line.js';
import { logger } from '../../../../diagnostics/logger.js';
import { postgresDatabaseOf } from '../../database-of.js';
import { codeOf } from '../../driver-error.js';
import { nameBeside } from '../../feed-names.js';
import { qualifiedName } from '../../table-name.js';
import type { PostgresDatabase } from '../database.js';
import { literal } from '../literal.js';
import { DAY_COLUMN, dayAfter, dayText, isByDays, OTHERS, TODAY } from './day-column.js';

const DAYS_AHEAD = 3;
/** How long a change of the partitions may keep writers waiting behind it, where something else holds the table. */
const LOCK_MS = 100;
const PAUSE_MS = 250;
const CHANGE_MS = 15_000;
/** Of what was stored beside, at most so many rows move to their place, as the table is locked meanwhile, and are counted. */
const MAX_MOVED = 100_000;
/** lock_not_available, deadlock_detected */
const LOCKED = /^(?:55P03|40P01)$/;
/** insufficient_privilege */
const NOT_OWNER = '42501';

/** A part of the table that holds whole days. */
export interface DayPartition {
  /** As SQL. */
  readonly name: string;
  /** Its first day; null: all before `until`. */
  readonly first: string | null;
  /** The first day after it. */
  readonly until: string;
  /** About how many rows it has. */
  readonly rows: number;
}

/** The partitions of a table that is kept by days: one for all before, one a day, and one for what no other takes. */
export class DayPartitions {
  private readonly database: PostgresDatabase;
  private readonly table: string;
  private readonly regclass: string;
  private preparedFor?: string;

  constructor(private readonly dataSource: DataSource) {
    this.database = postgresDatabaseOf(dataSource);
    this.table = qualifiedName(dataSource);
    this.regclass = `${literal(this.table)}::regclass`;
  }

  /** Whether the table is kept by days at all. */
  async areUsed(deadline: number): Promise<boolean> {
    return (await this.query(`SELECT 1 WHERE ${isByDays(this.regclass)}`, deadline)).length > 0;
  }

  /** Makes those of today and of some days to come, and warns where that does not work: rows then go where all others go. */
  async prepare(deadline: number): Promise<void> {
    try {
      await this.makeAhead(deadline);
    } catch (error) {
      const code = codeOf(error) || (error as Error).name;
      const remedy = code === NOT_OWNER ? ' Start the app once as the owner of the table.' : '';
      logger.warn(
        `The next days can't be given a place of their own in ${this.table} (${code}): until they are, their events are stored beside, and removed one by one.${remedy}`,
      );
    }
    // Also where that failed: it is then that they become many. What fails here as well has been told.
    await this.warnOfOthers(deadline).catch(() => undefined);
  }

  /** The same beside what else is done, once for each day that it is. */
  prepareLater(today: string): void {
    if (this.preparedFor === today) return;
    this.preparedFor = today;
    void this.prepare(performance.now() + CHANGE_MS);
  }

  /** Those to which nothing comes any more, the oldest first. */
  async past(deadline: number): Promise<DayPartition[]> {
    const today = await this.today(deadline);
    return (await this.list(deadline)).filter(({ until }) => until <= today);
  }

  /** Removes one with all that it holds. */
  drop(name: string): Promise<void> {
    return this.change(`DROP TABLE IF EXISTS ${name}`, performance.now() + CHANGE_MS);
  }

  /** For how long an id is known, as the log says it at boot. */
  async bootLine(deadline: number): Promise<string> {
    const [oldest] = await this.list(deadline);
    const since = oldest?.first ?? `before ${oldest?.until}`;
    return `Events are kept by days, now from ${since} on: an id is known for as long as its day is kept, and what comes again later is stored as new`;
  }

  private async makeAhead(deadline: number): Promise<void> {
    const today = await this.today(deadline);
    this.preparedFor = today;
    const known = await this.list(deadline);
    for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
      const day = dayAfter(today, ahead);
      const isThere = known.some(({ first, until }) => (first === null || first <= day) && day < until);
      if (!isThere) await this.create(day, deadline);
    }
  }

  private async create(day: string, deadline: number): Promise<void> {
    const name = nameBeside(this.dataSource, `_${day.replaceAll('-', '_')}`);
    const others = nameBeside(this.dataSource, OTHERS);
    // Attached, as one that is made as a partition keeps all others out. What was stored beside meanwhile moves to its place.
    await this.change(
      `IF to_regclass(${literal(name)}) IS NULL THEN
        LOCK TABLE ${others} IN ACCESS EXCLUSIVE MODE;
        IF (SELECT count(*) FROM (SELECT 1 FROM ${others} WHERE ${DAY_COLUMN} = '${day}' LIMIT ${MAX_MOVED + 1}) AS beside) > ${MAX_MOVED} THEN
          RETURN;
        END IF;
        CREATE TABLE ${name} (LIKE ${this.table} INCLUDING ALL EXCLUDING INDEXES);
        WITH beside AS (DELETE FROM ${others} WHERE ${DAY_COLUMN} = '${day}' RETURNING *) INSERT INTO ${name} SELECT * FROM beside;
        ALTER TABLE ${this.table} ATTACH PARTITION ${name} FOR VALUES FROM ('${day}') TO ('${dayAfter(day)}');
      END IF`,
      deadline,
    );
  }

  /** Again where others hold the table: meanwhile, what waits behind the change has its turn. */
  private async change(statements: string, deadline: number): Promise<void> {
    const sql = `DO $event_log$ BEGIN
      PERFORM set_config('lock_timeout', '${LOCK_MS}ms', TRUE);
      PERFORM pg_advisory_xact_lock(hashtext(${literal(`${this.table} partitions`)}));
      ${statements};
    END $event_log$`;
    for (;;) {
      try {
        await this.database.run({ sql }, deadline);
        return;
      } catch (error) {
        if (!LOCKED.test(codeOf(error)) || performance.now() > deadline) throw error;
        await delay(PAUSE_MS * Math.random());
      }
    }
  }

  private async warnOfOthers(deadline: number): Promise<void> {
    const others = nameBeside(this.dataSource, OTHERS);
    const bounded = `SELECT FROM ${others} LIMIT ${MAX_MOVED + 1}`;
    const [found] = await this.query<{ events: string }>(`SELECT count(*)::text AS events FROM (${bounded}) AS beside`, deadline);
    const events = Number(found.events);
    if (events === 0) return;
    const count = events > MAX_MOVED ? `more than ${MAX_MOVED.toLocaleString('en')}` : events.toLocaleString('en');
    const message = 'Events of days that had no place of their own when they came are found, and removed one by one';
    logger.warn(new LogLine(message, { table: others, events: count }, `${message}: ${count} stand in ${others}`));
  }

  private async today(deadline: number): Promise<string> {
    return (await this.query<{ day: string }>(`SELECT ${dayText(TODAY)} AS day`, deadline))[0].day;
  }

  private async list(deadline: number): Promise<DayPartition[]> {
    // What is read of a bound is written in the DateStyle of the connection, and read back in it.
    const bound = (word: string) => dayText(`substring(bounds FROM '${word} \\(''([^'']+)''\\)')::date`);
    const rows = await this.query<Record<'name' | 'until' | 'rows', string> & { first: string | null }>(
      `SELECT name, ${bound('FROM')} AS first, ${bound('TO')} AS until, rows FROM (
         SELECT format('%I.%I', relnamespace::regnamespace, relname) AS name, pg_get_expr(relpartbound, pg_class.oid) AS bounds,
           greatest(reltuples, 0)::bigint::text AS rows
         FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = ${this.regclass}
       ) AS partition WHERE bounds <> 'DEFAULT' ORDER BY until`,
      deadline,
    );
    return rows.map(({ rows: count, ...partition }) => ({ ...partition, rows: Number(count) }));
  }

  private async query<R>(sql: string, deadline: number): Promise<R[]> {
    return (await this.database.run<R>({ sql }, deadline)).rows;
  }
}
