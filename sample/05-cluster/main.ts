import cluster from 'node:cluster';
import { failureOf } from '../01-basic/failure.js';
import { Primary } from './primary.js';
import { readSettings, type Settings } from './settings.js';
import { startWorker } from './worker.js';

async function startPrimary(settings: Settings): Promise<void> {
  const primary = new Primary(settings);
  const stop = () => void primary.stop().then(() => process.exit());
  process.once('SIGINT', stop).once('SIGTERM', stop);
  process.on('SIGHUP', () => void primary.restart().then(() => console.log(`Workers replaced: ${primary.pids.join(', ')}`)));
  await primary.start();
  const url = `http://localhost:${primary.port}/events`;
  console.log(`
${settings.workers} workers take events at ${url}: ${primary.pids.join(', ')}
One of them is given what is stored; X-Worker in an answer tells who has answered.

Log an event:
  curl -i ${url} -H 'Authorization: Bearer demo-api-key' -H 'Content-Type: application/json' \\
    -d '{"entityType":"message","type":"message:copied","messageId":"msg_1"}'

The same with demo-limited-key: ten a minute, through all workers together.

Replace the workers one by one, while requests go on, as in a deploy:
  kill -HUP ${process.pid}
`);
}

const start = cluster.isPrimary ? startPrimary : startWorker;
await Promise.resolve()
  .then(() => start(readSettings()))
  .catch((error: unknown) => {
    console.error(failureOf(error));
    process.exit(1); // connections, or other workers, would keep it alive
  });
