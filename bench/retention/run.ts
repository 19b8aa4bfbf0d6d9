// What writers lose while a million events are removed: `npm run bench:retention`, or `npm run bench:retention -- --help`.
import { parseArgs } from 'node:util';
import { startPostgres, startSqlite } from '../../test/utils/databases.js';
import { cellsOf, header, row } from '../figures.js';
import { besideWriters } from './beside-writers.js';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16,64' },
    engines: { type: 'string', default: 'postgres,sqlite' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run bench:retention [-- --events 1000000 --rounds 5 --seconds 5 --connections 16,64 --engines postgres,sqlite]',
  );
  process.exit();
}
const plan = {
  events: Number(values.events),
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  connections: values.connections.split(',').map(Number),
};
const starts = { postgres: startPostgres, sqlite: startSqlite };

console.log(`${plan.events.toLocaleString('en')} events; medians of ${plan.rounds} interleaved rounds of ${plan.seconds} s\n`);
console.log(header(['writers beside retention, to none', 'ratio', 'bound', '']));
for (const engine of values.engines.split(',') as (keyof typeof starts)[]) {
  const database = await starts[engine]();
  try {
    for (const ratio of await besideWriters(engine, database, plan)) console.log(row([ratio.name, ...cellsOf(ratio)]));
  } finally {
    await database.stop();
  }
}
