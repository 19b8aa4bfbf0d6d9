import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { COPY_NAME } from '../../lib/clickhouse/copying/clickhouse-copy.js';
import type { EventRow } from '../../lib/clickhouse/event-row.js';
import { ConsumerStore } from '../../lib/storage/consumers/consumer.store.js';
import { closeApps } from '../utils/create-app.js';
import { until } from '../utils/until.js';
import { CannedServer, exception, type Fault, FAULTS } from './canned-server.js';
import { startCopyHost } from './copy-host.js';

const TIMEOUT_MS = 500;
const EVENTS = /^INSERT INTO \w+\.event_log_events/;
const PROGRESS = /^INSERT INTO \w+\.event_log_progress/;
const QUESTION = /event_log_events AS e /;

describe.each(['express', 'fastify'] as const)('Between a host on %s and its ClickHouse', (adapter) => {
  let server: CannedServer;

  beforeEach(async () => {
    server = await CannedServer.start();
  });

  afterEach(async () => {
    await closeApps();
    await server.stop();
  });

  const clientWith = (request_timeout: number) => () =>
    createClient({ url: server.url, request_timeout, log: { level: ClickHouseLogLevel.OFF } });

  function start(reader?: Parameters<typeof startCopyHost>[0]['reader']) {
    return startCopyHost({ adapter, database: 'd', clickHouse: { client: clientWith(TIMEOUT_MS) }, reader });
  }

  const insertFaults: [string, RegExp, Fault][] = [
    ['refused by a proxy', EVENTS, FAULTS.refusal],
    ['reset before it was stored', EVENTS, FAULTS.resetBefore],
    ['reset after it was stored', EVENTS, FAULTS.resetAfter],
    ['stored and not answered', EVENTS, FAULTS.silence],
    ['stored and answered in part', EVENTS, FAULTS.cutAnswer],
    ['refused for too many parts', EVENTS, exception(252, 'TOO_MANY_PARTS')],
    ['refused for a password that is being changed', EVENTS, exception(516, 'AUTHENTICATION_FAILED')],
    ['held up, as its bounds may have been written down or not', PROGRESS, FAULTS.resetAfter],
    ['held up, as its bounds were not written down', PROGRESS, FAULTS.refusal],
  ];

  it('a batch is sent again as the same block, and stored once, whatever becomes of it', async () => {
    const { copied, events } = await start();
    await copied();
    for (const [what, of, fault] of insertFaults) {
      const ids = ['a', 'b', 'c'].map((id) => `${id}, ${what}`);
      server.fail(of, fault);
      await Promise.all(ids.map((id) => events.log({ id, entityType: 'message', type: 't', messageId: 'm' })));
      const stored = () => server.rowsOf<EventRow>('events').filter(({ id }) => ids.includes(id));
      const attempts = () => server.inserts.filter(({ table, rows }) => table === 'events' && rows.includes(ids[0]));
      const wished = of === EVENTS ? 2 : 1;
      await until(`all is stored that was ${what}`, () => stored().length >= ids.length && attempts().length >= wished);
      expect(stored().map(({ id }) => id)).toEqual(ids);
      expect([what, attempts().length]).toEqual([what, wished]);
      expect(new Set(attempts().map(({ token, rows }) => `${token} ${rows}`)).size).toBe(1);
    }
  });

  it('what has failed is told, and once it works again is not, though nothing is stored meanwhile', async () => {
    const { app, copied, copy, log } = await start();
    const store = app.get(ConsumerStore, { strict: false });
    const state = async () => (await store.find([COPY_NAME]))[0];
    await log('a');
    await copied();
    server.fail(PROGRESS, FAULTS.refusal, FAULTS.refusal);
    await until('it has failed twice', async () => (await state()).attempts === 2);
    expect(await copy.report()).toMatchObject({ lagEvents: 0, lastError: expect.stringContaining('ClickHouse') });
    await until('it shows no error', async () => (await copy.report()).lastError === null);
    const recovered = await state();
    expect(recovered).toMatchObject({ attempts: 0, failingSince: null });
    await copied();
    expect((await state()).movedAt).toBe(recovered.movedAt); // nothing was written of it since
    server.fail(PROGRESS, FAULTS.refusal);
    await until('it has failed again', async () => (await copy.report()).lastError !== null);
    expect((await state()).attempts).toBe(1);
  });

  it('bounds that were given up, and are written down late, never stand in place of others', async () => {
    const { copied, log } = await start();
    await copied();
    server.fail(PROGRESS, (answer, store) => {
      FAULTS.resetBefore(answer);
      setTimeout(store, 2_000);
    });
    await log('a');
    await until('the bounds are given up', () => server.left === 0);
    await log('b');
    await copied();
    // By a token of others, a server would leave them out and say that they are there.
    const attempts = server.inserts.filter(({ table }) => table === 'progress');
    expect(new Set(attempts.map(({ token }) => token)).size).toBe(attempts.length);
  });

  it.each([
    [undefined, null],
    [1, null],
    [2, '2'],
    [5, '2'],
  ])(
    'of the bounds of a batch that %s replicas keep, two have them before it is sent, where there are two',
    async (replicas, quorum) => {
      server.replicas = replicas;
      const { copied, log } = await start();
      await log('a');
      await copied();
      const quorums = (of: string) => new Set(server.inserts.filter(({ table }) => table === of).map((insert) => insert.quorum));
      expect([...quorums('progress')]).toEqual([quorum]);
      expect([...quorums('events')]).toEqual([null]);
    },
  );

  const readFaults: [string, Fault][] = [
    ['refused by a proxy', FAULTS.refusal],
    ['cut off by a reset', FAULTS.resetBefore],
    ['not answered', FAULTS.silence],
    ['answered in part, and cut off', FAULTS.cutAnswer],
    ['answered in part, as if that were all', FAULTS.halfAnswer],
    ["answered with a proxy's page", FAULTS.page],
    ['refused by a server that shuts down', exception(236, 'ABORTED')],
    ['refused by a server without memory', exception(241, 'MEMORY_LIMIT_EXCEEDED', 'Memory limit (total) exceeded')],
  ];

  it('a question says 503, and never a part of an answer, whatever becomes of it', async () => {
    const { client, copied, log } = await start();
    await log('a');
    await copied();
    for (const [what, fault] of readFaults) {
      server.fail(QUESTION, fault);
      const answer = await client.get('/query/events');
      expect([what, answer.status, answer.header('Retry-After')]).toEqual([what, 503, expect.stringMatching(/^\d+$/)]);
      expect([what, server.left]).toEqual([what, 0]);
    }
    const again = await client.get('/query/events');
    expect(again.json<{ data: { id: string }[] }>().data.map(({ id }) => id)).toEqual(['a']);
  });

  it('a question is answered from the log where it is told so, and from the copy again later', async () => {
    const { client, copied, log } = await start({ fallback: 'storage' });
    await log('a', 'b');
    await copied();
    for (const fault of [FAULTS.refusal, FAULTS.cutAnswer]) {
      server.fail(QUESTION, fault);
      for (let time = 0; time < 2; time++) {
        const answer = await client.get('/query/events');
        expect(answer.json<{ data: { id: string }[] }>().data.map(({ id }) => id)).toEqual(['b', 'a']);
        expect([time, 'asOf' in answer.json()]).toEqual([time, time === 0]); // it was asked before the events were
      }
      await until('the copy is asked again', async () => 'asOf' in (await client.get('/query/events')).json());
    }
  });

  it('an answer that comes slowly is waited for', async () => {
    const { client, copied, log } = await start();
    await log('a');
    await copied();
    server.fail(QUESTION, FAULTS.slowAnswer);
    expect((await client.get('/query/events')).json<{ data: object[] }>().data).toHaveLength(1);
  });

  it('a question that takes too long, or too much, is refused in words that clients do not repeat', async () => {
    const { client, copied, log } = await start();
    await log('a');
    await copied();
    const tooLong = exception(159, 'TIMEOUT_EXCEEDED', "Timeout exceeded: it's 's3cret'");
    for (const fault of [tooLong, exception(241, 'MEMORY_LIMIT_EXCEEDED', 'Query memory limit exceeded')]) {
      server.fail(QUESTION, fault);
      const answer = await client.get('/query/events');
      expect(answer.status).toBe(422);
      expect(answer.text).not.toMatch(/s3cret|DB::Exception/);
    }
  });
});
