import type { DataSource } from 'typeorm';
import { OwnTables } from '../engines/own-tables.js';
import type { Sql } from '../../sql/sql.js';
import { CONSUMER_COLUMNS, CONSUMER_TIMES, PARKED_COLUMNS } from './consumer-rows.js';
import { CONSUMERS, PARKED_EVENTS } from './consumer-tables.js';

/** The tables of consumers. */
export class ConsumerDatabase extends OwnTables {
  readonly consumers: Sql;
  readonly parkedEvents: Sql;
  readonly selectConsumers: Sql;
  readonly selectParkedEvents: Sql;

  constructor(dataSource: DataSource) {
    super(dataSource, 'positions of consumers', CONSUMER_TIMES);
    this.consumers = this.nameOf(CONSUMERS);
    this.parkedEvents = this.nameOf(PARKED_EVENTS);
    this.selectConsumers = this.selectOf(CONSUMER_COLUMNS, this.consumers);
    this.selectParkedEvents = this.selectOf(PARKED_COLUMNS, this.parkedEvents);
  }

  /** Whether the host has migrated for them. */
  isThere(): Promise<boolean> {
    return this.has(CONSUMERS);
  }

  open(): Promise<void> {
    return this.openAll([
      [CONSUMERS, CONSUMER_COLUMNS],
      [PARKED_EVENTS, [...PARKED_COLUMNS, 'number']],
    ]);
  }
}
