import { EventLogModule, EventLogService, type StoredEvent } from 'nestjs-event-log';
import { filter, map } from 'rxjs';
import { closeApps, createApp } from '../utils/create-app.js';
import { Lines } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';

afterEach(closeApps);

async function start() {
  const lines = new Lines();
  const apiKeys = [{ id: 'api', key: 'key-of-the-host', scopes: ['events:write' as const] }];
  const { app, url } = await createApp('express', { imports: [EventLogModule.forRoot({ apiKeys })] }, { logger: lines });
  const service = app.get(EventLogService, { strict: false });
  return { url, service, lines, log: (id: string) => service.log({ id, entityType: 'message', type: 't', messageId: 'm' }) };
}

it('stored$ tells of each event that is committed, over HTTP and in process, and of no replay', async () => {
  const { url, service, log } = await start();
  const seen: StoredEvent[] = [];
  service.stored$.subscribe((event) => seen.push(event));
  await log('1');
  await log('1');
  const body = JSON.stringify({ id: '2', entityType: 'search', type: 't', searchQuery: 'q' });
  const headers = { Authorization: 'Bearer key-of-the-host', 'Content-Type': 'application/json', Connection: 'close' };
  const answer = await (await fetch(`${url}/events`, { method: 'POST', headers, body })).json();
  await until('both are told', () => seen.length === 2);
  expect(seen.map(({ id }) => id)).toEqual(['1', '2']);
  expect(seen[1]).toEqual(answer);
});

it('subscribers that throw, reject or pipe what throws harm neither the others nor the process', async () => {
  const { service, log, lines } = await start();
  const seen: string[] = [];
  service.stored$.subscribe(() => {
    throw new Error('it throws');
  });
  service.stored$.subscribe(async () => Promise.reject(new Error('it rejects')));
  const toFail = map(() => {
    throw new Error('it pipes');
  });
  service.stored$
    .pipe(
      filter(() => true),
      toFail,
    )
    .subscribe(() => undefined);
  service.stored$.subscribe({ next: ({ id }) => void seen.push(id) });
  await log('1');
  await log('2');
  await until('both are told', () => seen.length === 2);
  expect(lines.all.filter((line) => line.includes('A subscriber of stored$ failed')).length).toBeGreaterThan(0);
});

it('who has unsubscribed is told nothing more', async () => {
  const { service, log } = await start();
  const seen: string[] = [];
  const subscription = service.stored$.subscribe(({ id }) => seen.push(id));
  await log('1');
  await until('it is told', () => seen.length === 1);
  subscription.unsubscribe();
  await log('2');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen).toEqual(['1']);
});
