import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  EventLogModule,
  type EventLogOptions,
  EventLogService,
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
} from 'nestjs-event-log';
import { clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { eventOfBytes, newEvent } from './utils/events.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const MIB = 1024 * 1024;
const PUBLIC_KEY = 'key-of-the-page';
const KEY = 'key-of-the-site';
const OTHER_KEY = 'key-of-another-site';
/** By default. */
const BODY_TIMEOUT = 30_000;
const scopes = ['events:write' as const];
const apiKeys = [
  { id: 'page', key: PUBLIC_KEY, kind: 'web' as const, scopes, allowedOrigins: ['https://shop.test'] },
  { id: 'site', key: KEY, scopes },
  { id: 'other', key: OTHER_KEY, scopes },
];

/** Stores nothing until it is opened. */
class GatedRepository extends InMemoryEventRepository {
  open!: () => void;
  readonly #opened = new Promise<void>((resolve) => (this.open = resolve));

  override async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    await this.#opened;
    return super.insert(events);
  }
}

afterEach(closeApps);

describe.each(ADAPTERS)('On %s', (adapter) => {
  const sockets: Socket[] = [];
  let url: string;

  async function start(options: Partial<EventLogOptions> = {}) {
    const imports = [EventLogModule.forRoot({ apiKeys, ...options, storage: { repository: GatedRepository } })];
    const { app, url: at } = await createApp(adapter, { imports }, { trustProxy: true });
    url = at;
    return { repository: app.get<GatedRepository>(EventRepository, { strict: false }), service: app.get(EventLogService) };
  }

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const logAs = (key: string, event: unknown = newEvent(), address?: string) =>
    clientOf(url, key).log(event, { headers: address ? { 'X-Forwarded-For': address } : {} });

  /** Sends all of a body but its last byte. */
  function stall(key: string, bytes: number, address = '192.0.2.1') {
    const socket = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    const status = new Promise<number>((resolve) => socket.once('data', (chunk) => resolve(Number(String(chunk).slice(9, 12)))));
    const head = `POST /events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${key}\r\nX-Forwarded-For: ${address}\r\n`;
    const body = eventOfBytes(bytes);
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n${body.slice(0, -1)}`);
    return { socket, status, finish: () => socket.write(body.slice(-1)) };
  }

  describe('uploads', () => {
    it('that stall, 32 of 2 MiB with one public key, keep no body of another key out', async () => {
      const { repository } = await start();
      repository.open();
      Array.from({ length: 32 }, () => stall(PUBLIC_KEY, 2 * MIB));
      await delay(500);
      for (const bytes of [100_000, MIB, 2 * MIB]) {
        const answer = await logAs(KEY, eventOfBytes(bytes));
        expect(answer.status).toBe(200);
        expect(answer.ms).toBeLessThan(BODY_TIMEOUT / 3); // for which those that stall may go on to
      }
      expect((await logAs(PUBLIC_KEY, eventOfBytes(MIB), '192.0.2.2')).status).toBe(200);
    });

    it('of one key get half of maxUploadBytes, and those of another key the rest', async () => {
      const { repository } = await start({ maxUploadBytes: 4 * MIB });
      repository.open();
      const held = [stall(KEY, MIB), stall(KEY, 0.875 * MIB)];
      await delay(200);
      expect((await logAs(KEY, eventOfBytes(MIB))).status).toBe(503);
      expect((await logAs(OTHER_KEY, eventOfBytes(MIB))).status).toBe(200);
      held.forEach(({ finish }) => finish());
      expect(await Promise.all(held.map(({ status }) => status))).toEqual([200, 200]);
      expect((await logAs(KEY, eventOfBytes(2 * MIB))).status).toBe(200);
    });

    it('of one network of IPv6 with a public key share a half', async () => {
      const { repository } = await start({ maxUploadBytes: 2 * MIB });
      repository.open();
      stall(PUBLIC_KEY, 0.875 * MIB, '2001:db8::1');
      await delay(200);
      expect((await logAs(PUBLIC_KEY, eventOfBytes(0.5 * MIB), '2001:db8:0:0:ffff::2')).status).toBe(503);
      expect((await logAs(PUBLIC_KEY, eventOfBytes(0.5 * MIB), '2001:db8:0:1::1')).status).toBe(200);
    });

    it('that make no progress for a second are cut with 408 where another needs their room, and moving ones are not', async () => {
      const { repository } = await start({ maxUploadBytes: 4 * MIB });
      repository.open();
      const stalled = [stall(KEY, 1.5 * MIB)];
      await delay(200);
      stalled.push(stall(OTHER_KEY, 0.875 * MIB));
      await delay(1_200);
      const moving = stall(OTHER_KEY, MIB);
      await delay(200);
      expect((await logAs(PUBLIC_KEY, eventOfBytes(1.5 * MIB))).status).toBe(200);
      expect(await stalled[0].status).toBe(408);
      moving.finish();
      stalled[1].finish();
      expect(await Promise.all([moving.status, stalled[1].status])).toEqual([200, 200]);
    });

    it('that stall keep their room where nobody needs it', async () => {
      const { repository } = await start({ maxUploadBytes: 4 * MIB });
      repository.open();
      const stalled = stall(KEY, 1.5 * MIB);
      await delay(1_200);
      expect((await logAs(OTHER_KEY, eventOfBytes(1.5 * MIB))).status).toBe(200);
      stalled.finish();
      expect(await stalled.status).toBe(200);
    });
  });

  describe('events that wait for the store', () => {
    it('are at most half of maxPendingEvents of one key, and those of another key are taken', async () => {
      const { repository } = await start({ maxPendingEvents: 10 });
      const first = Array.from({ length: 8 }, () => logAs(KEY));
      const statuses: number[] = [];
      first.forEach((answer) => void answer.then(({ status }) => statuses.push(status)));
      await until('three are refused', () => statuses.length === 3);
      const others = Array.from({ length: 5 }, () => logAs(OTHER_KEY));
      await delay(200);
      repository.open();
      expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      await Promise.all(first);
      expect(statuses.sort()).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
      expect((await Promise.all(Array.from({ length: 5 }, () => logAs(KEY)))).every(({ status }) => status === 200)).toBe(true);
    });

    it('are at most half of maxPendingBytes of one client of a public key, and those of another client are taken', async () => {
      const { repository } = await start({ maxPendingBytes: 200_000 });
      const event = eventOfBytes(40_000);
      const first = [logAs(PUBLIC_KEY, event, '192.0.2.1'), logAs(PUBLIC_KEY, event, '192.0.2.1:4711')];
      await delay(200);
      expect((await logAs(PUBLIC_KEY, event, '192.0.2.1')).status).toBe(503);
      const other = logAs(PUBLIC_KEY, event, '192.0.2.2');
      await delay(200);
      repository.open();
      expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    it('may be more than half where the host logs them itself; the error names the limit', async () => {
      const { repository, service } = await start({ maxPendingEvents: 10 });
      const own = Array.from({ length: 10 }, () => service.log(newEvent()));
      await expect(service.log(newEvent())).rejects.toThrow(ServiceUnavailableException);
      await expect(service.log(newEvent())).rejects.toThrow('`maxPendingEvents`');
      repository.open();
      expect(await Promise.all(own)).toHaveLength(10);
    });

    it('may be more than the limit in one call where nothing waits', async () => {
      const { repository, service } = await start({ maxPendingEvents: 2, maxPendingBytes: 1_000 });
      repository.open();
      expect(await service.logMany(Array.from({ length: 5 }, () => newEvent()))).toHaveLength(5);
      expect((await logAs(KEY, eventOfBytes(10_000))).status).toBe(200);
    });
  });
});
