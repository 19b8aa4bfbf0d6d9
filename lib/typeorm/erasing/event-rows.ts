import type { DataSource } from 'typeorm';
import { OwnTables } from '../engines/own-tables.js';
import { EVENTS } from '../engines/table-name.js';
import type { Sql } from '../../sql/sql.js';

/** The table of events, for statements that remove rows of it. */
export class EventRows extends OwnTables {
  readonly events: Sql;

  constructor(dataSource: DataSource) {
    super(dataSource, 'events', []);
    this.events = this.nameOf(EVENTS);
  }

  open(): Promise<void> {
    return this.openAll([[EVENTS, ['project_key', 'id']]]);
  }
}
