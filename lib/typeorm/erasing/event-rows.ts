import type { DataSource } from 'typeorm';
import type { JsonObject, StoredEvent } from '../../events/event.interface.js';
import { erasedIdDigest } from '../../events/erased-id-digest.js';
import { jsonText } from '../../events/json-text.js';
import { bind, joined, type Sql, sql } from '../../sql/sql.js';
import type { ErasedCount } from '../../storage/erasure.interface.js';
import type { EventKey } from '../../storage/event-eraser.js';
import { PARKED_EVENTS } from '../consumers/consumer-tables.js';
import { OwnTables } from '../engines/own-tables.js';
import { EVENTS, tableName } from '../engines/table-name.js';
import { projectKey, projectOfKey } from '../events/event-columns.js';
import { dialectOf } from '../reading/dialect-of.js';
import { ERASURES } from './erasure-tables.js';
import { oneOfKeys } from './one-of-keys.js';

/** Of what is changed at once, in characters of JSON: more would be a statement that not every server takes. */
const MAX_CHANGED = 256 * 1024;
/** And so many events, as each row is compared with each of them. */
const MAX_CASES = 50;

/** The digest of what was anonymized: that of no event. */
const ANONYMIZED = sql`''`;

/** The tables that have something of an event, for statements that remove it. */
export class EventRows extends OwnTables {
  private readonly events: Sql;
  private readonly erasures: Sql;
  private readonly json: (text: Sql) => Sql;

  constructor(private readonly source: DataSource) {
    super(source, 'events', []);
    this.events = this.nameOf(EVENTS);
    this.erasures = this.nameOf(ERASURES);
    this.json = source.options.type === 'postgres' ? (text) => sql`CAST(${text} AS json)` : (text) => text;
  }

  open(): Promise<void> {
    return this.openAll([[EVENTS, ['project_key', 'id']]]);
  }

  /** The names of the tables that `remove()` and `removeParked()` look through. */
  async names(): Promise<string[]> {
    const tables = (await this.has(PARKED_EVENTS)) ? [EVENTS, PARKED_EVENTS] : [EVENTS];
    return tables.map((table) => tableName(this.source, table));
  }

  /** Those that were received by a time, RFC 3339 in UTC; absent: all. */
  async remove(keys: readonly EventKey[], until?: string): Promise<number> {
    const isOld = until === undefined ? sql`` : sql` AND received_at <= ${dialectOf(this.source).time(until)}`;
    let removed = 0;
    for (const isOne of oneOfKeys(keys)) removed += await this.write(sql`DELETE FROM ${this.events} WHERE (${isOne})${isOld}`);
    return removed;
  }

  /** Those whose events were anonymized. */
  async anonymizedAmong(keys: readonly EventKey[]): Promise<EventKey[]> {
    const found: EventKey[] = [];
    for (const isOne of oneOfKeys(keys)) {
      const rows = await this.read(
        sql`SELECT id, project_key FROM ${this.events} WHERE (${isOne}) AND content_digest = ${ANONYMIZED}`,
      );
      found.push(...rows.map(({ id, project_key }) => ({ id: id!, projectId: projectOfKey(project_key!) })));
    }
    return found;
  }

  /** Leaves only the digests of ids that were noted to find their events. */
  async forgetIds(keys: readonly EventKey[]): Promise<void> {
    for (const { id, projectId } of keys) {
      const isOne = sql`id_digest = ${bind(erasedIdDigest(id))} AND project_key = ${bind(projectKey(projectId))}`;
      await this.write(sql`UPDATE ${this.erasures} SET id = NULL WHERE ${isOne}`);
    }
  }

  /** Removes what consumers have set aside of these events, where there are consumers. */
  async removeParked(keys: readonly EventKey[]): Promise<void> {
    if (!(await this.has(PARKED_EVENTS))) return;
    const idsOf = new Map<string | null, Sql[]>();
    for (const { id, projectId } of keys) idsOf.set(projectId, [...(idsOf.get(projectId) ?? []), bind(id)]);
    for (const [projectId, ids] of idsOf) {
      const ofProject = projectId === null ? sql`project_id IS NULL` : sql`project_id = ${bind(projectId)}`;
      const isOne = sql`${ofProject} AND event_id IN (${joined(ids, ', ')})`;
      await this.write(sql`DELETE FROM ${this.nameOf(PARKED_EVENTS)} WHERE ${isOne}`);
    }
  }

  /** Takes what is left of events. Their digests go: that of a person's data may tell what they were. */
  async change(events: readonly StoredEvent[]): Promise<void> {
    for (const some of inStatements(events)) await this.changeSome(some);
  }

  private async changeSome(events: readonly StoredEvent[]): Promise<void> {
    const left = (of: (event: StoredEvent) => JsonObject | null | undefined) => {
      const cases = events.map((event) => sql`WHEN id = ${bind(event.id)} THEN ${bind(textOf(of(event)))}`);
      // Not `CASE id WHEN …`, which Citus hands on with null in place of the id.
      return this.json(sql`CASE ${joined(cases, ' ')} END`);
    };
    const properties = left((event) => event.properties);
    const userProperties = left((event) => event.userProperties);
    const fields = left((event) => event.fields);
    const set = sql`properties = ${properties}, user_properties = ${userProperties}, fields = ${fields}, content_digest = ${ANONYMIZED}`;
    for (const isOne of oneOfKeys(events)) await this.write(sql`UPDATE ${this.events} SET ${set} WHERE ${isOne}`);
  }

  /** Makes them nobody's. */
  async forgetPerson(keys: readonly EventKey[]): Promise<void> {
    for (const isOne of oneOfKeys(keys)) await this.write(sql`UPDATE ${this.events} SET user_key = '' WHERE ${isOne}`);
  }

  async erasedBy(requestId: string): Promise<ErasedCount[]> {
    const ofRequest = sql`request_id = ${bind(requestId)} GROUP BY project_key ORDER BY project_key`;
    const rows = await this.read(sql`SELECT project_key, count(*) AS events FROM ${this.erasures} WHERE ${ofRequest}`);
    return rows.map(({ project_key, events }) => ({ projectId: projectOfKey(project_key!), events: Number(events) }));
  }
}

/** Of one project, as they are told apart by their ids; one that is larger goes alone. */
function inStatements(events: readonly StoredEvent[]): StoredEvent[][] {
  const statements: StoredEvent[][] = [];
  let size = Infinity;
  for (const event of events) {
    const added = [event.properties, event.fields].reduce((sum, json) => sum + (textOf(json)?.length ?? 0), 0);
    size += added;
    const last = statements.at(-1);
    if (size > MAX_CHANGED || last?.length === MAX_CASES || last?.[0].projectId !== event.projectId) {
      statements.push([]);
      size = added;
    }
    statements[statements.length - 1].push(event);
  }
  return statements;
}

function textOf(json: JsonObject | null | undefined): string | null {
  return json ? jsonText(json) : null;
}
