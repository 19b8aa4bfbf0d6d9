import type { History } from './history.js';
import { Host } from './host.js';
import { Load } from './load.js';

/** Kills the host under load, of batches where they have a size, several times and at other moments; the last host is left running. */
export async function killUnderLoad(databaseUrl: string, history: History, batchSize?: number): Promise<Host> {
  let host = await Host.start(databaseUrl);
  for (const count of [50, 130, 310]) {
    const load = new Load(history, host.url, batchSize);
    await load.untilStored(count);
    const { inFlight } = history;
    expect(await host.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await load.done;
    expect(inFlight).toBeGreaterThan(0);
    host = await Host.start(databaseUrl);
  }
  return host;
}
