import { Logger } from '@nestjs/common';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogModule, EventLogService, EventRepository, InMemoryEventRepository } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp, type CreateAppOptions } from './utils/create-app.js';
import { newEvent } from './utils/events.js';
import { ownTime } from './utils/own-time.js';

Logger.overrideLogger(false);

const KEY = 'key-of-the-site';
const EVENT = newEvent();

class GatedRepository extends InMemoryEventRepository {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  override async insert(events: Parameters<EventRepository['insert']>[0]) {
    await this.opened;
    return super.insert(events);
  }
}

interface Answer {
  status?: number;
  connection?: IncomingHttpHeaders['connection'];
}

/** A client that keeps its connection as long as the server does. */
function keepAliveClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    post: (key = KEY) =>
      new Promise<Answer & { reused: boolean }>((resolve, reject) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
        const sent = request(`${url}/events`, { method: 'POST', agent, headers }, (response) => {
          const { statusCode: status, headers } = response;
          response.resume().on('end', () => resolve({ status, connection: headers.connection, reused: sent.reusedSocket }));
        });
        sent.on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })));
        sent.end(JSON.stringify(EVENT));
      }),
    close: () => agent.destroy(),
  };
}

afterEach(closeApps);

describe.each(ADAPTERS)('The shutdown of a host on %s', (adapter) => {
  async function start(answerTimeout?: number, options?: CreateAppOptions) {
    const apiKeys = [{ id: 'site', key: KEY, scopes: ['events:write' as const] }];
    const eventLog = EventLogModule.forRoot({ apiKeys, answerTimeout, storage: { repository: GatedRepository } });
    const { app, url } = await createApp(adapter, { imports: [eventLog] }, options);
    return { app, url, repository: app.get<GatedRepository>(EventRepository, { strict: false }) };
  }

  it('while a host shuts down, each answer of the route closes its connection, of requests from before and after it began', async () => {
    const { app, url, repository } = await start();
    const clients = [1, 2, 3, 4].map(() => keepAliveClient(url));
    const [early, late, unknown, newcomer] = clients;
    for (const client of [early, late, unknown]) {
      expect(await client.post('unknown-key')).toMatchObject({ status: 401, connection: 'keep-alive' });
    }
    const answers: Promise<Answer>[] = [early.post()];
    await delay(20);
    const closed = app.close();
    answers.push(late.post(), unknown.post('unknown-key'), newcomer.post());
    await delay(100);
    repository.open();
    expect(await Promise.all(answers)).toEqual([
      { status: 200, connection: 'close', reused: true },
      { status: 200, connection: 'close', reused: true },
      { status: 401, connection: 'close', reused: true },
      { status: 200, connection: 'close', reused: false },
    ]);
    await closed;
    for (const client of clients) client.close();
  });

  it('while a host shuts down, what is in flight is answered although the host lets no connection live', async () => {
    const { app, url, repository } = await start(undefined, { forceCloseConnections: true });
    const client = keepAliveClient(url);
    const answer = client.post();
    await delay(50);
    const closed = app.close();
    await delay(100);
    repository.open();
    expect(await answer).toMatchObject({ status: 200, connection: 'close' });
    await closed;
    client.close();
  });

  it('a host shuts down although requests keep coming, and none is reset on a connection that was answered on before', async () => {
    const { app, url, repository } = await start();
    repository.open();
    const outcomes: (Answer & { reused?: boolean; code?: string })[] = [];
    let isClosed = false;
    const run = async () => {
      const client = keepAliveClient(url);
      while (!isClosed) outcomes.push(await client.post().catch((error) => error));
      client.close();
    };
    const clients = Array.from({ length: 16 }, run);
    while (outcomes.length < 200) await delay(5);
    const began = ownTime();
    await app.close();
    isClosed = true;
    expect(ownTime() - began).toBeLessThan(6_000);
    await Promise.all(clients);
    expect(outcomes.filter(({ status, reused }) => status !== 200 && reused)).toEqual([]);
  });

  it('a body that does not arrive holds a shutdown up no longer than an answer may take', async () => {
    const { app, url } = await start(1_000);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('error', () => undefined).on('close', resolve));
    socket.write(
      `POST /events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    await delay(50);
    const began = ownTime();
    await app.close();
    expect(ownTime() - began).toBeLessThan(4_000);
    await ended;
  });

  it("events that the host's own code logs all the time do not hold a shutdown up, and those logged before are stored", async () => {
    const { app, repository } = await start();
    const service = app.get(EventLogService, { strict: false });
    let isClosed = false;
    const before = Promise.all(Array.from({ length: 50 }, () => service.log(EVENT)));
    repository.open();
    const load = (async () => {
      while (!isClosed) await Promise.allSettled([service.log(EVENT), service.log(EVENT), delay(1)]);
    })();
    const began = ownTime();
    await app.close();
    isClosed = true;
    expect(ownTime() - began).toBeLessThan(5_000);
    expect(await before).toHaveLength(50);
    await load;
  });
});
