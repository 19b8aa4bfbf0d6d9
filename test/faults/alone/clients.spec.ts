import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ADAPTERS } from '../../utils/create-app.js';
import { startSqlite, type TestDatabase } from '../../utils/databases.js';
import { check, NO_FAULTS } from '../checker.js';
import { eventOf } from '../event.js';
import { History } from '../history.js';
import { Host } from '../host.js';
import { itUnless } from '../it-unless.js';
import { RawRequest } from '../raw-request.js';
import { readStored } from '../stored-events.js';
import { until } from '../../utils/until.js';

const IDLE_CONNECTIONS = 5_000;

describe.each(ADAPTERS)('clients that fail on %s', (adapter) => {
  let database: TestDatabase;
  let host: Host;
  let history: History;

  beforeEach(async () => {
    database = await startSqlite();
    host = await Host.start(database.url, { adapter });
    history = new History();
  });

  afterEach(async () => {
    await Host.killAll();
    await database.stop();
  });

  const openRequests = (prefix: string, count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const event = eventOf(`${prefix}-${n}`);
        return { event, request: await RawRequest.open(host.url, JSON.stringify(event)) };
      }),
    );

  async function expectAnswers(prefix: string, medianMs: number): Promise<void> {
    const times: number[] = [];
    for (let n = 0; n < 50; n++) {
      const { kind, ms } = await history.send(host.url, eventOf(`${prefix}-${n}`));
      expect(kind).toBe('ok');
      times.push(ms);
    }
    expect(times.sort((a, b) => a - b)[times.length / 2]).toBeLessThan(medianMs);
  }

  const expectNoFaults = async () =>
    expect(check(history.records, await readStored(database.url))).toMatchObject({ ...NO_FAULTS, recovered: [] });

  it('nothing is stored of bodies that end in their middle, by a reset or by a close', async () => {
    const requests = await openRequests('aborted', 64);
    const attempts = requests.map(({ event, request }, n) =>
      history.attempt(event, async () => {
        request.sendHead('Expect: 100-continue');
        await until('the head is read', () => request.received.includes('100 Continue'));
        request.sendBody(0, 0.9);
        await delay(20);
        if (n % 2) request.socket.resetAndDestroy();
        else request.socket.destroy();
        throw new Error('aborted');
      }),
    );
    await Promise.all(attempts);
    await expectAnswers('after', 250);
    await expectNoFaults();
    expect(host.running).toBe(true);
  });

  it('slow bodies do not hold others up, and are stored once they are whole', async () => {
    const requests = await openRequests('slow', 64);
    for (const { request } of requests) request.sendHead();
    const slow = requests.map(({ event, request }) =>
      history.attempt(event, async () => {
        for (let part = 0; part < 20; part++) {
          request.sendBody(part / 20, (part + 1) / 20);
          await delay(75);
        }
        return request.answer();
      }),
    );
    await expectAnswers('meanwhile', 250);
    expect(history.inFlight).toBe(64);
    for (const completion of await Promise.all(slow)) expect(completion).toMatchObject({ kind: 'ok' });
    for (const { request } of requests) request.socket.destroy();
    await expectNoFaults();
  });

  itUnless(tooFewFiles())(`events are answered beside ${IDLE_CONNECTIONS} idle connections`, async () => {
    const requests = await openRequests('idle', IDLE_CONNECTIONS);
    const used = requests.slice(0, 500).map(({ event, request }) =>
      history.attempt(event, () => {
        request.sendHead();
        request.sendBody();
        return request.answer();
      }),
    );
    for (const completion of await Promise.all(used)) expect(completion).toMatchObject({ kind: 'ok' });
    await expectAnswers('beside', 250);
    expect(requests.filter(({ request }) => request.socket.readyState === 'open').length).toBeGreaterThanOrEqual(4_500);
    for (const { request } of requests) request.socket.destroy();
    await expectNoFaults();
  });
});

function tooFewFiles(): string | undefined {
  const limit = Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  if (limit >= IDLE_CONNECTIONS + 500) return undefined;
  return `${IDLE_CONNECTIONS} connections need more open files than this machine lets a process have (ulimit -Hn: ${limit})`;
}
