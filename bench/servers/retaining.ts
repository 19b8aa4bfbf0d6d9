// This module, with retention that removes what is older than a day while it is told to, by the messages `retain` and `rest`.
import { setTimeout as delay } from 'node:timers/promises';
import { TypeOrmConsumerStore, TypeOrmEventEraser, TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { RetentionSettings } from '../../lib/retention/retention-settings.js';
import { StoreRetentionService } from '../../lib/retention/store-retention.service.js';
import { eventLog, serve } from './serve.js';

let stop = new AbortController();
let removed = 0;

const app = await serve({ imports: eventLog('events:write') }, () => ({ removed }));
const source = app.get(DataSource);
const [feed, eraser] = [new TypeOrmEventFeed(source), new TypeOrmEventEraser(source)];
const settings = new RetentionSettings({ rules: [{ keepFor: '1d' }] });
const retention = new StoreRetentionService(feed, eraser, new TypeOrmConsumerStore(source), settings);
process.on('message', (message) => {
  if (message === 'rest') stop.abort();
  if (message === 'retain') void retain((stop = new AbortController()).signal);
});

/** As the module does it, but again and again. */
async function retain(signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await delay(100)) {
    const report = await retention.run(signal);
    removed += report.removed.reduce((sum, { events }) => sum + events, 0);
  }
}
