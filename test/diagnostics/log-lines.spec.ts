import { ConsoleLogger, type LoggerService } from '@nestjs/common';
import { jest } from '@jest/globals';
import {
  EventLogModule,
  type EventReader,
  EventRepository,
  InMemoryEventReader,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { LogLine } from '../../lib/diagnostics/log-line.js';
import { RepeatedLines } from '../../lib/diagnostics/repeated-lines.js';
import { type Client, clientOf } from '../utils/client.js';
import { type Adapter, ADAPTERS, closeApps, createApp } from '../utils/create-app.js';
import { newEvent, newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

const KEY = 'key-of-the-host';
const SECRET = 'said in private';

/** Stores nothing, for reasons that its events name. */
class FailingRepository extends InMemoryEventRepository {
  override insert(events: Parameters<EventRepository['insert']>[0]): ReturnType<EventRepository['insert']> {
    const [{ type }] = events;
    if (type.startsWith('down')) return Promise.reject(Object.assign(new Error(type), { statusCode: 503 }));
    if (type.startsWith('bug')) return Promise.reject(new TypeError(type));
    return super.insert(events);
  }
}

/** Is lost after the first page. */
class LostReader extends InMemoryEventReader {
  override async query(...[query, options]: Parameters<EventReader['query']>) {
    if (query.after !== undefined) throw new Error('the connection broke');
    return super.query(query, options);
  }
}

async function start(adapter: Adapter, logger: LoggerService) {
  const storage = { repository: FailingRepository, reader: LostReader };
  const apiKeys = [{ id: 'host', key: KEY, kind: 'api' as const }];
  const imports = [EventLogModule.forRoot({ apiKeys, storage }), EventLogQueryModule.forRoot()];
  const { app, url } = await createApp(adapter, { imports }, { logger });
  return { app, client: clientOf(url, KEY) };
}

let written: string[];

beforeEach(() => {
  written = [];
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  }
});

afterEach(async () => {
  jest.restoreAllMocks();
  await closeApps();
});

describe.each(ADAPTERS)("Nest's own logger on %s", (adapter) => {
  // What the last host has to count comes later, and must not be taken for that of this one.
  const [DOWN, BUG] = [`down on ${adapter}`, `bug on ${adapter}`];
  const send = (client: Client, type: string, id: string) =>
    client.log(newEvent({ type, properties: { text: SECRET } }), { headers: { 'X-Request-Id': id } });

  it('writes the request, the status and the reason of a failure as fields of its JSON, and counts what follows', async () => {
    const { client } = await start(adapter, new ConsoleLogger({ json: true }));
    type Told = Record<string, unknown> & { message: Record<string, unknown> };
    const failures = () => written.filter((line) => line.includes(`on ${adapter}`)).map((line) => JSON.parse(line) as Told);
    const told = (status: number) => failures().filter(({ message }) => message.status === status);
    expect((await send(client, DOWN, 'first')).status).toBe(503);
    for (let i = 0; i < 5; i++) expect((await send(client, DOWN, `later-${i}`)).status).toBe(503);
    expect((await send(client, BUG, 'buggy')).status).toBe(500);
    const counted = () => told(503).reduce((sum, { message }) => sum + ((message.count as number | undefined) ?? 0), 0);
    await until('the others are counted', () => counted() === 5);
    const [first, second] = told(503);
    const about = { message: 'A request was answered with 503', status: 503, reason: expect.stringContaining(DOWN) };
    expect(first).toMatchObject({ level: 'warn', context: 'EventLogModule' });
    expect(first.message).toEqual({ ...about, requestId: 'first' });
    expect(second.message).toEqual({ ...about, count: expect.any(Number) });
    const [bug] = told(500);
    expect(bug).toMatchObject({ level: 'error', stack: expect.stringContaining(`TypeError: ${BUG}\n    at `) });
    expect(bug.message).toMatchObject({ message: 'A request was answered with 500', requestId: 'buggy' });
    expect(written.join('')).not.toMatch(`${SECRET}|${KEY}`);
  });

  it('writes the request of an answer that was cut off as a field of its JSON', async () => {
    const { app, client } = await start(adapter, new ConsoleLogger({ json: true }));
    const records = Array.from({ length: 2_000 }, (_record, i) => newRecord({ id: `e${i}`, type: 'kept', searchQuery: SECRET }));
    await app.get(EventRepository, { strict: false }).insert(records);
    const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', 'X-Request-Id': 'cut' };
    const body = JSON.stringify({ select: [{ type: 'field', field: 'searchQuery' }] });
    await expect(client.raw('/query/events/export', { headers, body })).rejects.toThrow('terminated');
    expect(written.join('')).toContain('"message":{"message":"A streamed answer was cut off","requestId":"cut"');
    expect(written.join('')).not.toMatch(SECRET);
  });

  it('writes one line to read, with the request in it, where it writes no JSON', async () => {
    const { client } = await start(adapter, new ConsoleLogger({ colors: false }));
    expect((await send(client, DOWN, 'first')).status).toBe(503);
    const [line, ...others] = written.filter((text) => text.includes('first'));
    expect(line).toMatch(/^\[Nest\] .*WARN \[EventLogModule\] Request first was answered with 503: .*down on \w+\n$/);
    expect(others).toEqual([]);
  });
});

it('a logger of the host that knows texts alone is given the line as one', async () => {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message.trim());
  const { client } = await start('express', { log: write, warn: write, error: write });
  const headers = { 'X-Request-Id': 'first' };
  expect((await client.log(newEvent({ type: 'down' }), { headers })).status).toBe(503);
  expect(lines.at(-1)).toMatch(/^Request first was answered with 503: /);
});

it('lines of more kinds than are told apart are counted together, without the fields of one of them', async () => {
  const lines: (string | LogLine)[] = [];
  const repeated = new RepeatedLines((line) => lines.push(line));
  for (let i = 0; i < 300; i++) repeated.write(`Kind ${i}`, new LogLine('Kind', { number: i }));
  expect(lines).toHaveLength(101);
  await until('the others are counted', () => lines.length > 101);
  expect(JSON.parse(JSON.stringify(lines.at(-1)))).toEqual({ message: 'Others of many kinds', count: 199 });
  expect(String(lines.at(-1))).toBe('Others of many kinds (and 199 more)');
});

it('a line keeps its message where a field has that name', () => {
  expect(JSON.parse(JSON.stringify(new LogLine('Said', { message: 'another', count: 1 })))).toEqual({
    message: 'Said',
    count: 1,
  });
});
