// This module beside what one would write by hand: `npm run bench`, or `npm run bench -- --help`.
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { dataSourceOptions, startPostgres, startSqlite, type TestDatabase } from '../test/utils/databases.js';
import { batches, heldByBatches } from './batches.js';
import { largeBodies, memory } from './endurance.js';
import { figure, header, type Ratio, row } from './figures.js';
import { loggingMany, parsing, parsingOwn } from './in-process.js';
import { columnsForReading } from './reading-columns.js';
import { sideBySide } from './side-by-side.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '1,16,64' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run bench [-- --rounds 5 --seconds 2 --connections 1,16,64]');
  process.exit();
}
const plan = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: values.connections.split(',').map(Number),
};

const databases = {
  postgres: await withTable(await startPostgres()),
  sqlite: await withTable(await startSqlite()),
  plainSqlite: await withTable(await startSqlite()),
};
try {
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}, ${process.platform} ${release()}, Node ${process.version}`;
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${machine}; medians of ${plan.rounds} interleaved rounds of ${plan.seconds} s\n`,
  );
  console.log(await sideBySide(databases, plan));
  console.log(`\n${header(['', 'ratio', 'bound'])}`);
  print(parsing());
  print(parsingOwn());
  print(await loggingMany(databases.postgres.url));
  for (const ratio of await batches(databases, plan)) print(ratio);
  for (const ratio of await columnsForReading(plan)) print(ratio);
  for (const ratio of await heldByBatches(databases.postgres)) print(ratio);
  for (const ratio of await largeBodies(databases.postgres)) print(ratio);
  print(await memory(databases.postgres));
} finally {
  for (const database of Object.values(databases)) await database.stop();
}

async function withTable(database: TestDatabase): Promise<TestDatabase> {
  const source = await new DataSource(dataSourceOptions(database.url)).initialize();
  await source.destroy();
  return database;
}

function print({ name, value, atLeast, atMost }: Ratio): void {
  console.log(row([name, figure(value), atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`]));
}
