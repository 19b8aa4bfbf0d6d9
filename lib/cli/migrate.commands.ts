import type { Command } from './command.interface.js';
import { EXIT, Failure } from './failure.js';
import { OPTIONAL_SETS, type OptionalSet } from './migration-sets.js';
import type { Migrations, MigrationState } from './migrations-database.js';
import { textTable } from './text-table.js';

const WITH = `  --with <set>          also the migrations of ${OPTIONAL_SETS.join(', ')}; may be repeated. Without it too, once one of them was run
                        or where the file of --data-source lists them
`;

const status: Command<Migrations> = {
  summary: 'show which migrations have been run; ends with 1 while one is pending',
  usage: '[options]',
  details: WITH,
  required: [],
  optional: ['with'],
  prepare(values) {
    const named = setsOf(values.with);
    return async (migrations) => {
      const states = await migrations.status(named);
      return { result: states, text: tableOf(states), hasFailed: states.some(({ state }) => state === 'pending') };
    };
  },
};

const up: Command<Migrations> = {
  summary: 'run the migrations that are pending',
  usage: '[options]',
  details: `${WITH}
Run it as a step of the release, before the new version starts and while the old one writes. Several may run at once: each
migration is run once. TypeORM's own runner finds them done, as they are noted where it notes its own.

`,
  required: [],
  optional: ['with'],
  prepare(values) {
    const named = setsOf(values.with);
    return async (migrations) => {
      const ran = await migrations.up(named);
      return { result: ran, text: ran.length === 0 ? 'No migration is pending.\n' : tableOf(ran) };
    };
  },
};

export const MIGRATE_COMMANDS: Record<string, Command<Migrations>> = { status, up };

function setsOf(given: readonly string[] = []): OptionalSet[] {
  const sets = OPTIONAL_SETS.filter((set) => given.includes(set));
  if (given.every((set) => sets.includes(set as OptionalSet))) return sets;
  throw new Failure(EXIT.usage, `Expected --with to be one of ${OPTIONAL_SETS.join(', ')}.`);
}

function tableOf(states: readonly MigrationState[]): string {
  return textTable([['MIGRATION', 'OF', 'STATE'], ...states.map(({ name, of, state }) => [name, of, state])]);
}
