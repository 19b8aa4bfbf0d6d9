import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByDay } from './by-days/partition-by-day.js';
import { whileLocked } from './migration-lock.js';
import { MigrationRefusal } from './migration-refusal.js';

/** Has PostgreSQL keep events by the day of their receipt, and does nothing on other engines. */
export class PartitionEventLogByDay1768262400000 implements MigrationInterface {
  readonly name = 'PartitionEventLogByDay1768262400000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'postgres') await whileLocked(runner, () => partitionByDay(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'postgres') return;
    throw new MigrationRefusal(
      'Events that are kept by days stay so: export them, and import them into a database of their own.',
    );
  }
}
