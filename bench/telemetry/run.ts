// What metrics cost: the module with and without them, in turn: `npm run bench:telemetry`, or with `-- --rounds 9 --seconds 3`.
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { dataSourceOptions, startPostgres } from '../../test/utils/databases.js';
import { cellsOf, header, median, type Ratio, row } from '../figures.js';
import { load, type Measurement } from '../load.js';
import { Server } from '../server.js';

const CONNECTIONS = 64;
const WARM_SECONDS = 5;
/** Of requests a second, and of CPU time a request. */
const MOST = 0.05;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, seconds: { type: 'string', default: '3' } },
});

const database = await startPostgres();
await (await new DataSource(dataSourceOptions(database.url)).initialize()).destroy();
try {
  console.log(header(['with metrics, to without, at 64 connections', 'ratio', 'bound', '']));
  for (const adapter of ['express', 'fastify']) {
    const rounds = await measure({ ADAPTER: adapter, DATABASE_URL: database.url });
    const ratio = (key: keyof Measurement) => median(rounds.map(([off, on]) => on[key] / off[key]));
    const [rate, cpu] = [ratio('rate'), ratio('cpu')];
    const ratios: Ratio[] = [
      { name: `${adapter}: requests/s`, value: rate, atLeast: 1 - MOST },
      { name: `${adapter}: CPU a request`, value: cpu, atMost: 1 + MOST },
    ];
    for (const ratio of ratios) console.log(row([ratio.name, ...cellsOf(ratio)]));
  }
} finally {
  await database.stop();
}

/** One measurement without metrics and one with them a round, each first in every second round. */
async function measure(env: NodeJS.ProcessEnv): Promise<[off: Measurement, on: Measurement][]> {
  const [off, on] = [await Server.start('event-log', env), await Server.start('observed', env)];
  try {
    for (const server of [off, on]) await load(server, CONNECTIONS, WARM_SECONDS);
    const rounds: [Measurement, Measurement][] = [];
    for (let round = 0; round < Number(values.rounds); round++) rounds.push(await inTurn(off, on, round % 2 === 0));
    return rounds;
  } finally {
    await off.stop();
    await on.stop();
  }
}

async function inTurn(off: Server, on: Server, isOffFirst: boolean): Promise<[Measurement, Measurement]> {
  const measureOne = (server: Server) => load(server, CONNECTIONS, Number(values.seconds));
  if (isOffFirst) return [await measureOne(off), await measureOne(on)];
  const observed = await measureOne(on);
  return [await measureOne(off), observed];
}
