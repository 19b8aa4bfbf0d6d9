import type { DataSource } from 'typeorm';
import { OwnTables } from '../engines/own-tables.js';
import type { Sql } from '../../sql/sql.js';
import { DELIVERY_COLUMNS, WEBHOOK_COLUMNS, WEBHOOK_TIMES } from './webhook-rows.js';
import { WEBHOOK_DELIVERIES, WEBHOOKS } from './webhook-tables.js';

/** The tables of webhooks. */
export class WebhookDatabase extends OwnTables {
  readonly webhooks: Sql;
  readonly deliveries: Sql;
  readonly selectWebhooks: Sql;
  readonly selectDeliveries: Sql;

  constructor(dataSource: DataSource) {
    super(dataSource, 'webhooks', WEBHOOK_TIMES);
    this.webhooks = this.nameOf(WEBHOOKS);
    this.deliveries = this.nameOf(WEBHOOK_DELIVERIES);
    this.selectWebhooks = this.selectOf(WEBHOOK_COLUMNS, this.webhooks);
    this.selectDeliveries = this.selectOf(DELIVERY_COLUMNS, this.deliveries);
  }

  open(): Promise<void> {
    return this.openAll([
      [WEBHOOKS, WEBHOOK_COLUMNS],
      [WEBHOOK_DELIVERIES, DELIVERY_COLUMNS],
    ]);
  }
}
