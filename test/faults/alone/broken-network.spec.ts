import { setTimeout as delay } from 'node:timers/promises';
import { startPostgres, type TestDatabase } from '../../utils/databases.js';
import { check, NO_FAULTS } from '../checker.js';
import { eventOf } from '../event.js';
import { History } from '../history.js';
import { Host } from '../host.js';
import { Load, sendUntilStored } from '../load.js';
import { readStored } from '../stored-events.js';
import { TcpProxy } from '../../utils/tcp-proxy.js';
import { until } from '../../utils/until.js';

describe('a network that breaks between the application and PostgreSQL', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let host: Host;
  let history: History;

  beforeEach(async () => {
    database = await startPostgres();
    proxy = await TcpProxy.start(database.url);
    host = await Host.start(proxy.url);
    history = new History();
    expect(await history.send(host.url, eventOf('before'))).toMatchObject({ kind: 'ok' });
  });

  afterEach(async () => {
    await Host.killAll();
    await proxy.stop();
    await database.stop();
  });

  const stored = () => readStored(database.url);
  const isStored = async (name: string) => (await stored()).some((event) => 'messageId' in event && event.messageId === name);
  const expectNoFaults = async () => expect(check(history.records, await stored())).toMatchObject(NO_FAULTS);

  describe.each([
    ['an id', true],
    ['no id', false],
  ])('for an event with %s', (_name, withId) => {
    it('an event is answered with 200 and stored once when the connection is reset after the commit, before the reply', async () => {
      const event = eventOf('a', withId);
      proxy.switchTo('dropReplies');
      const sent = history.send(host.url, event);
      await until('the event is stored and the reply lost', async () => (await isStored('a')) && proxy.droppedBytes > 0);
      expect(history.inFlight).toBe(1);
      proxy.switchTo('pass');
      proxy.reset();
      expect(await sent).toMatchObject({ kind: 'ok' });
      await expectNoFaults();
    });

    it('an event is answered with 200 within 5 s and stored once when the reply to the commit never comes', async () => {
      const event = eventOf('a', withId);
      proxy.switchTo('dropReplies');
      const sent = history.send(host.url, event);
      await until('the event is stored and the reply lost', async () => (await isStored('a')) && proxy.droppedBytes > 0);
      proxy.switchTo('pass');
      const { kind, ms } = await sent;
      expect(kind).toBe('ok');
      expect(ms).toBeLessThan(5_000);
      await expectNoFaults();
    });
  });

  it('the checker finds the second row where a client sends an event without an id once more', async () => {
    const event = eventOf('a', false);
    await history.send(host.url, event);
    await history.send(host.url, event);
    expect(check(history.records, await stored())).toMatchObject({ ...NO_FAULTS, duplicated: ['a'] });
  });

  it('each event is stored once when connections are reset again and again under load', async () => {
    const load = new Load(history, host.url);
    for (let resets = 0; resets < 30; resets++) {
      await delay(50 + (resets % 7) * 10);
      proxy.reset();
    }
    await load.untilStored(100);
    await load.stop();
    await expectNoFaults();
  });

  it.each(['down', 'blackhole'] as const)(
    'a network that is %s is answered with 503 within 5 s, and with 200 again afterwards',
    async (mode) => {
      proxy.switchTo(mode);
      for (const wave of ['first', 'second']) {
        const names = Array.from({ length: 32 }, (_, n) => `${mode}-${wave}-${n}`);
        const completions = await Promise.all(names.map((name) => history.send(host.url, eventOf(name))));
        for (const { answer } of completions) expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
        expect(Math.max(...completions.map(({ ms }) => ms))).toBeLessThan(5_000);
      }
      proxy.switchTo('pass');
      const healedAt = performance.now();
      expect(await sendUntilStored(history, host.url, eventOf('after'))).toMatchObject({ kind: 'ok' });
      expect(performance.now() - healedAt).toBeLessThan(5_000);
      const burst = Array.from({ length: 64 }, (_, n) => history.send(host.url, eventOf(`burst-${n}`)));
      for (const completion of await Promise.all(burst)) expect(completion).toMatchObject({ kind: 'ok' });
      await expectNoFaults();
    },
  );
});
