import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type {
  KeptDeliveries,
  StoredDelivery,
  StoredWebhook,
  WebhookSecret,
} from '../../storage/webhooks/stored-webhook.interface.js';
import { WebhookStore } from '../../storage/webhooks/webhook.store.js';
import { bind, type BoundValue, integer, joined, quotedBefore, type Sql, sql } from '../../sql/sql.js';
import { WebhookDatabase } from './webhook-database.js';
import {
  DELIVERY_COLUMNS,
  toStoredDelivery,
  toStoredWebhook,
  valuesOfDelivery,
  valuesOfWebhook,
  WEBHOOK_COLUMNS,
} from './webhook-rows.js';

/**
 * Keeps the endpoints of webhooks in a TypeORM data source: better-sqlite3, PostgreSQL, MySQL or MariaDB. Secrets stand there as
 * they are, since requests are signed with them. It needs `eventLogConsumerMigrations`.
 */
export class TypeOrmWebhookStore extends WebhookStore implements OnModuleInit {
  private readonly database: WebhookDatabase;

  constructor(dataSource: DataSource) {
    super();
    this.database = new WebhookDatabase(dataSource);
  }

  onModuleInit(): Promise<void> {
    return this.database.open();
  }

  async create(webhook: StoredWebhook): Promise<void> {
    await this.insert(this.database.webhooks, WEBHOOK_COLUMNS, valuesOfWebhook(webhook));
  }

  async find(ids?: readonly string[]): Promise<StoredWebhook[]> {
    if (ids?.length === 0) return [];
    const where = ids ? sql`WHERE id IN (${joined(ids.map(bind), ', ')})` : sql``;
    const rows = await this.database.read(sql`${this.database.selectWebhooks} ${where} ORDER BY id`);
    return rows.map(toStoredWebhook);
  }

  async replaceSecrets(seen: Pick<StoredWebhook, 'id' | 'version'>, secrets: readonly WebhookSecret[]): Promise<boolean> {
    const set = sql`secrets = ${bind(JSON.stringify(secrets))}, version = version + 1`;
    const where = sql`id = ${bind(seen.id)} AND version = ${bind(String(seen.version))}`;
    return (await this.database.write(sql`UPDATE ${this.database.webhooks} SET ${set} WHERE ${where}`)) > 0;
  }

  async delete(id: string): Promise<boolean> {
    // First, so that none is left without its endpoint but those that are on their way.
    await this.deleteDeliveries(id);
    return (await this.database.write(sql`DELETE FROM ${this.database.webhooks} WHERE id = ${bind(id)}`)) > 0;
  }

  async addDelivery(delivery: StoredDelivery): Promise<void> {
    await this.insert(this.database.deliveries, DELIVERY_COLUMNS, valuesOfDelivery(delivery));
  }

  async deliveries(endpointId: string, limit: number): Promise<StoredDelivery[]> {
    const newest = sql`WHERE endpoint_id = ${bind(endpointId)} ORDER BY id DESC LIMIT ${integer(limit)}`;
    return (await this.database.read(sql`${this.database.selectDeliveries} ${newest}`)).map(toStoredDelivery);
  }

  async findDelivery(id: string): Promise<StoredDelivery | undefined> {
    const [row] = await this.database.read(sql`${this.database.selectDeliveries} WHERE id = ${bind(id)}`);
    return row && toStoredDelivery(row);
  }

  async trimDeliveries(endpointId: string, { count, since }: KeptDeliveries): Promise<void> {
    await this.deleteDeliveries(endpointId, sql`AND sent_at < ${bind(since)}`);
    const { deliveries } = this.database;
    const newest = sql`WHERE endpoint_id = ${bind(endpointId)} ORDER BY id DESC LIMIT 1 OFFSET ${integer(count)}`;
    const [first] = await this.database.read(sql`SELECT id FROM ${deliveries} ${newest}`);
    if (first !== undefined) await this.deleteDeliveries(endpointId, sql`AND id <= ${bind(first.id)}`);
  }

  private async deleteDeliveries(endpointId: string, which = sql``): Promise<void> {
    await this.database.write(sql`DELETE FROM ${this.database.deliveries} WHERE endpoint_id = ${bind(endpointId)} ${which}`);
  }

  private async insert(table: Sql, columns: readonly string[], values: readonly BoundValue[]): Promise<void> {
    const names = joined(columns.map(quotedBefore), ', ');
    await this.database.write(sql`INSERT INTO ${table} (${names}) VALUES (${joined(values.map(bind), ', ')})`);
  }
}
