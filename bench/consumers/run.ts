// What consumers cost, and how fast they are: `npm run bench:consumers`.
import { startPostgres, startSqlite } from '../../test/utils/databases.js';
import { cellsOf, header, row } from '../figures.js';
import { besideWriters } from './beside-writers.js';
import { draining } from './draining.js';

console.log(header(['', 'figure', 'bound', '']));
for (const [engine, start] of [['postgres', startPostgres] as const, ['sqlite', startSqlite] as const]) {
  for (const measure of [draining, besideWriters]) {
    const database = await start();
    try {
      for (const ratio of await measure(engine, database)) console.log(row([ratio.name, ...cellsOf(ratio)]));
    } finally {
      await database.stop();
    }
  }
}
