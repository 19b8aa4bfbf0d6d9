import type { DataSource } from 'typeorm';
import { bind, joined, type Sql, sql } from '../../sql/sql.js';
import type { ErasedCount, ErasureMode, ErasureRequest } from '../../storage/erasure.interface.js';
import type { ErasureRequestStore } from '../../storage/erasure-request.store.js';
import type { TextRow } from '../engines/database.js';
import { OwnTables } from '../engines/own-tables.js';
import { projectKey, projectOfKey } from '../events/event-columns.js';
import { ERASURE_REQUESTS, REQUEST_COLUMNS } from './erasure-tables.js';

/** The requests to erase, in a table. */
export class ErasureRequestRows extends OwnTables implements ErasureRequestStore {
  private readonly table: Sql;

  constructor(dataSource: DataSource) {
    super(dataSource, 'requests to erase', ['started_at', 'finished_at']);
    this.table = this.nameOf(ERASURE_REQUESTS);
  }

  open(): Promise<void> {
    return this.openAll([[ERASURE_REQUESTS, REQUEST_COLUMNS]]);
  }

  async add(request: ErasureRequest): Promise<void> {
    const { id, mode, userKey, projectId, upTo, paths, startedAt, chats, term, beat } = request;
    const project = projectId === undefined ? null : projectKey(projectId);
    const texts = [id, mode, userKey, project, JSON.stringify(paths), startedAt, countsText({ events: [], chats, upTo })].map(
      bind,
    );
    const columns = sql`id, mode, user_key, project_key, paths, started_at, counts, term, beat`;
    const values = sql`${joined(texts, ', ')}, ${number(term)}, ${number(beat)}`;
    await this.write(sql`INSERT INTO ${this.table} (${columns}) VALUES (${values})`);
  }

  async list(which: 'all' | 'open'): Promise<ErasureRequest[]> {
    const where = which === 'all' ? sql`` : sql`WHERE finished_at IS NULL`;
    const rows = await this.read(sql`${this.selectOf(REQUEST_COLUMNS, this.table)} ${where} ORDER BY started_at, id`);
    return rows.map(toRequest);
  }

  async claim({ id, term, beat }: ErasureRequest): Promise<boolean> {
    const isAsSeen = sql`id = ${bind(id)} AND term = ${number(term)} AND beat = ${number(beat)} AND finished_at IS NULL`;
    return (await this.write(sql`UPDATE ${this.table} SET term = term + 1, beat = 0 WHERE ${isAsSeen}`)) > 0;
  }

  async beat(id: string, term: number): Promise<boolean> {
    const isHeld = sql`id = ${bind(id)} AND term = ${number(term)} AND finished_at IS NULL`;
    return (await this.write(sql`UPDATE ${this.table} SET beat = beat + 1 WHERE ${isHeld}`)) > 0;
  }

  async finish(id: string, finishedAt: string, counts: readonly ErasedCount[]): Promise<void> {
    const [known] = await this.read(sql`SELECT counts FROM ${this.table} WHERE id = ${bind(id)}`);
    if (known === undefined) return;
    const text = countsText({ ...countsOf(known), events: counts });
    const set = sql`finished_at = ${bind(finishedAt)}, counts = ${bind(text)}, user_key = NULL`;
    await this.write(sql`UPDATE ${this.table} SET ${set} WHERE id = ${bind(id)} AND finished_at IS NULL`);
  }
}

/** What the column `counts` holds: how much there is to erase, and how much was erased. */
interface Counts extends Pick<ErasureRequest, 'chats' | 'upTo'> {
  readonly events: readonly ErasedCount[];
}

function countsText({ events, chats, upTo }: Counts): string {
  return JSON.stringify({ events, chats, upTo });
}

function countsOf({ counts }: TextRow): Counts {
  const known = JSON.parse(counts!) as Counts | readonly ErasedCount[];
  // Rows of before have a list of those of events.
  return 'events' in known ? known : { events: known };
}

function toRequest(row: TextRow): ErasureRequest {
  const { events, chats, upTo } = countsOf(row);
  return {
    id: row.id!,
    mode: row.mode as ErasureMode,
    userKey: row.user_key,
    ...(row.project_key !== null && { projectId: projectOfKey(row.project_key) }),
    ...(upTo !== undefined && { upTo }),
    paths: JSON.parse(row.paths!) as string[],
    startedAt: row.started_at!,
    finishedAt: row.finished_at,
    counts: events,
    ...(chats && { chats }),
    term: Number(row.term),
    beat: Number(row.beat),
  };
}

// As text, which every engine compares with its integers.
function number(value: number): Sql {
  return bind(String(value));
}
