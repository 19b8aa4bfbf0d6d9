import { DataSource } from 'typeorm';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import type { Engine } from '../utils/describe-engines.js';

export const TABLE = 'event_log_events';

/** Data sources on the database of an engine; for use in its block of tests, which closes them. */
export function dataSourcesOf(engine: Engine, options: object = {}) {
  let shared: DataSource | undefined;
  const others: DataSource[] = [];

  beforeAll(async () => {
    shared = await new DataSource(dataSourceOptions(engine.url, options)).initialize();
  });

  afterEach(async () => {
    for (const other of others.splice(0)) if (other.isInitialized) await other.destroy();
  });

  afterAll(() => shared?.destroy());

  return {
    /** One for the whole block. */
    shared: () => shared!,
    /** One for a test. */
    another: async (more: object = {}, url = engine.url) => {
      const other = await new DataSource(dataSourceOptions(url, { ...options, ...more })).initialize();
      others.push(other);
      return other;
    },
  };
}

export async function open(dataSource: DataSource): Promise<TypeOrmEventRepository> {
  const repository = new TypeOrmEventRepository(dataSource);
  await repository.onModuleInit();
  return repository;
}

/** The error of a promise that must be rejected. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: Error) => error,
  );
}
