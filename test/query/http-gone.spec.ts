import type { ConsoleLogger } from '@nestjs/common';
import { type EventReader, EventRepository, InMemoryEventReader, InMemoryEventRepository } from 'nestjs-event-log';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS, closeApps } from '../utils/create-app.js';
import { newRecord } from '../utils/events.js';
import { ownTime } from '../utils/own-time.js';
import { Lines } from '../utils/typeorm-host.js';
import { until } from '../utils/until.js';
import { KEYS, type ReadingHost, startReadingHost } from './http-host.js';

type Options = Parameters<EventReader['query']>[1];

/** What the store was asked, and how often its statements were stopped. */
const seen = { asked: 0, stopped: 0 };

/** A store whose statements end only when they are stopped. */
class EndlessReader extends InMemoryEventReader {
  override query(_query: unknown, { signal }: Options): Promise<never> {
    seen.asked++;
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        seen.stopped++;
        reject(signal.reason as Error);
      });
    });
  }
}

/** A store that is lost after the first page. */
class LostReader extends InMemoryEventReader {
  override async query(...[query, options]: Parameters<EventReader['query']>) {
    if (query.after !== undefined) throw new Error('lost');
    return super.query(query, options);
  }
}

/** More than sockets and streams hold, in two pages. */
const RECORDS = Array.from({ length: 2_000 }, (_, i) => newRecord({ id: `e${i}`, properties: { text: 'x'.repeat(10_000) } }));
const SELECT = { select: [{ type: 'field', field: 'properties', path: ['text'] }] };

describe.each(ADAPTERS)('On %s', (adapter) => {
  let host: ReadingHost;
  const lines = new Lines();
  const start = async (reader: typeof EndlessReader | typeof LostReader | typeof InMemoryEventReader) => {
    const storage = { repository: InMemoryEventRepository, reader };
    host = await startReadingHost(adapter, {
      log: { storage, answerTimeout: 500 },
      app: { logger: lines as Partial<ConsoleLogger> as ConsoleLogger },
    });
    await host.app.get(EventRepository, { strict: false }).insert(RECORDS);
  };
  const headers = { Authorization: `Bearer ${KEYS.all.key}`, 'Content-Type': 'application/json' };
  const send = (path: string, body: object, accept = '*/*') =>
    fetch(host.url + path, { method: 'POST', headers: { ...headers, Accept: accept }, body: JSON.stringify(body) });
  /** A question until it is aborted, over a connection that ends with it: one of fetch() can stay, and hold up the host's end. */
  const askUntil = (signal: AbortSignal, path: string) =>
    new Promise<string>((resolve) => {
      request(host.url + path, { method: 'POST', headers, signal, agent: false })
        .once('response', ({ statusCode }) => resolve(`${statusCode}`))
        .once('error', ({ name }) => resolve(name))
        .end('{}');
    });

  afterEach(closeApps);

  it.each(['/query/events', '/query/events/export'])('a client of POST %s that goes away stops its statement', async (path) => {
    await start(EndlessReader);
    lines.all.length = 0;
    const before = { ...seen };
    const gone = new AbortController();
    const answers = Array.from({ length: 4 }, () => askUntil(gone.signal, path));
    await until('all slots are taken', () => seen.asked === before.asked + 4);
    gone.abort();
    expect(await Promise.all(answers)).toEqual(Array(4).fill('AbortError'));
    await until('their statements have been stopped', () => seen.stopped === before.stopped + 4);
    const next = new AbortController();
    const answer = askUntil(next.signal, path);
    await until('a slot is free', () => seen.asked === before.asked + 5);
    next.abort();
    await answer;
    await delay(50);
    expect(lines.all.filter((line) => /failed|500/.test(line))).toEqual([]);
  });

  it.each(['text/csv', 'application/x-ndjson'])('an export as %s whose store is lost on the way is cut off', async (accept) => {
    await start(LostReader);
    lines.all.length = 0;
    const answer = await send('/query/events/export', SELECT, accept);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    await until('it is told', () => lines.all.some((line) => /streamed answer (to request \S+ )?was cut off: /.test(line)));
  });

  it('an export whose client does not read on does not hold up the shutdown of the host', async () => {
    await start(InMemoryEventReader);
    const answer = await send('/query/events/export', SELECT);
    const reading = answer.body!.getReader();
    await reading.read();
    const startedAt = ownTime();
    await host.app.close();
    expect(ownTime() - startedAt).toBeLessThan(3_000);
    const rest = async () => {
      while (!(await reading.read()).done);
    };
    await expect(rest()).rejects.toThrow('terminated');
  });
});
