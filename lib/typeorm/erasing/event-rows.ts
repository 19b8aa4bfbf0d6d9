import type { DataSource } from 'typeorm';
import type { StoredEvent } from '../../events/event.interface.js';
import { jsonText } from '../../events/json-text.js';
import { bind, joined, type Sql, sql } from '../../sql/sql.js';
import type { ErasedCount } from '../../storage/erasure.interface.js';
import type { EventKey } from '../../storage/event-eraser.js';
import { PARKED_EVENTS } from '../consumers/consumer-tables.js';
import { OwnTables } from '../engines/own-tables.js';
import { EVENTS, tableName } from '../engines/table-name.js';
import { projectKey, projectOfKey } from '../events/event-columns.js';
import { ERASURES } from './erasure-tables.js';
import { oneOfKeys } from './one-of-keys.js';

/** The tables that have something of an event, for statements that remove it. */
export class EventRows extends OwnTables {
  private readonly events: Sql;
  private readonly erasures: Sql;

  constructor(private readonly source: DataSource) {
    super(source, 'events', []);
    this.events = this.nameOf(EVENTS);
    this.erasures = this.nameOf(ERASURES);
  }

  open(): Promise<void> {
    return this.openAll([[EVENTS, ['project_key', 'id']]]);
  }

  /** The names of the tables that `remove()` and `removeParked()` look through. */
  async names(): Promise<string[]> {
    const tables = (await this.has(PARKED_EVENTS)) ? [EVENTS, PARKED_EVENTS] : [EVENTS];
    return tables.map((table) => tableName(this.source, table));
  }

  async remove(keys: readonly EventKey[]): Promise<number> {
    let removed = 0;
    for (const isOne of oneOfKeys(keys)) removed += await this.write(sql`DELETE FROM ${this.events} WHERE ${isOne}`);
    return removed;
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

  /** Takes what is left of an event. Its digest goes: that of a person's data may tell what they were. */
  async change({ id, projectId, properties, userProperties, fields }: StoredEvent): Promise<void> {
    const [left, leftOfUser, leftOfFields] = [properties, userProperties, fields].map((json) =>
      bind(json ? jsonText(json) : null),
    );
    const set = sql`properties = ${left}, user_properties = ${leftOfUser}, fields = ${leftOfFields}, content_digest = ''`;
    const isIt = sql`project_key = ${bind(projectKey(projectId))} AND id = ${bind(id)}`;
    await this.write(sql`UPDATE ${this.events} SET ${set} WHERE ${isIt}`);
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
