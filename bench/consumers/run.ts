// What consumers cost, and how fast they are: `npm run bench:consumers`.
import { startPostgres, startSqlite } from '../../test/utils/databases.js';
import { figure, header, row } from '../figures.js';
import { besideWriters } from './beside-writers.js';
import { draining } from './draining.js';

console.log(header(['', 'figure', 'bound', '']));
for (const [engine, start] of [['postgres', startPostgres] as const, ['sqlite', startSqlite] as const]) {
  for (const measure of [draining, besideWriters]) {
    const database = await start();
    try {
      for (const { name, value, atLeast = 0, atMost = Infinity } of await measure(engine, database)) {
        const bound = atLeast > 0 ? `≥ ${atLeast}` : `≤ ${atMost}`;
        console.log(row([name, figure(value), bound, value < atLeast || value > atMost ? 'missed' : '']));
      }
    } finally {
      await database.stop();
    }
  }
}
