import type { DataSourceOptions, QueryRunner } from 'typeorm';
import { connect, typeorm } from './database.js';
import { EXIT, Failure } from './failure.js';
import { listedSets, type MigrationSet, migrationSets, type OptionalSet } from './migration-sets.js';

export interface MigrationState {
  name: string;
  of: MigrationSet;
  state: 'done' | 'pending';
}

/** The migrations of a database: those of events, of the sets that are named or listed, and of each set of which one was run before. */
export interface Migrations {
  status(named: readonly OptionalSet[]): Promise<MigrationState[]>;
  /** Runs what is pending, and resolves to that. On SQLite it makes the file where there is none. */
  up(named: readonly OptionalSet[]): Promise<MigrationState[]>;
}

/** Does something with the migrations of a database, through the TypeORM and the driver of the host. */
export function withMigrations<T>(options: DataSourceOptions, work: (migrations: Migrations) => Promise<T>): Promise<T> {
  const alsoListed = async (named: readonly OptionalSet[]) => [...named, ...(await listedSets(options.migrations))];
  return work({
    status: async (named) => {
      const sets = await alsoListed(named);
      return withRunner(options, 'refuse', (runner) => statesOf(runner, sets));
    },
    up: async (named) => {
      const sets = await alsoListed(named);
      return withRunner(options, 'create', (runner) => runPending(runner, sets));
    },
  });
}

async function withRunner<T>(
  options: DataSourceOptions,
  missingFile: 'refuse' | 'create',
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const { DataSource } = await typeorm();
  const migrations = Object.values(await migrationSets()).flat();
  const create = () => new DataSource({ ...options, entities: [], migrations, logging: false });
  const dataSource = await connect(options, create, missingFile);
  const runner = dataSource.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

async function statesOf(runner: QueryRunner, wanted: readonly MigrationSet[]): Promise<MigrationState[]> {
  const { doneMigrations } = await import('../typeorm/migrations/done-migrations.js');
  const done = await doneMigrations(runner);
  const sets = Object.entries(await migrationSets()) as [MigrationSet, (new () => object)[]][];
  return sets
    .filter(([of, classes]) => of === 'events' || wanted.includes(of) || classes.some(({ name }) => done.has(name)))
    .flatMap(([of, classes]) => classes.map(({ name }) => ({ name, of, state: done.has(name) ? 'done' : 'pending' })));
}

async function runPending(runner: QueryRunner, wanted: readonly MigrationSet[]): Promise<MigrationState[]> {
  const { runMigrations } = await import('../typeorm/migrations/run-migrations.js');
  const states = await statesOf(runner, wanted);
  const ran = await runMigrations(runner, new Set(states.map(({ name }) => name))).catch(hasFailed);
  return states.filter(({ name }) => ran.includes(name)).map((migration) => ({ ...migration, state: 'done' }));
}

function hasFailed({ message }: Error): never {
  throw new Failure(EXIT.failed, message);
}
