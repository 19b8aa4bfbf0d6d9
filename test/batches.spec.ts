import { Logger, ServiceUnavailableException } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { DataSource, Like } from 'typeorm';
import {
  type BatchResult,
  EventLogModule,
  type EventLogOptions,
  type EventRecord,
  EventRepository,
  InMemoryEventRepository,
  type InsertOutcome,
  type ItemResult,
  type ProblemDetails,
} from 'nestjs-event-log';
import { EventEntity, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { OrderEventDto } from './fixtures/order-event.dto.js';
import { type Answer, type Client, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { eventOfBytes, newEvent, newMessage } from './utils/events.js';
import { until } from './utils/until.js';

Logger.overrideLogger(false);

const SITE = 'https://site.example';
const WRITER = { id: 'writer', key: 'key-that-writes', scopes: ['events:write'], projectId: 'p' } as const;
const READER = { id: 'reader', key: 'key-that-reads', kind: 'api', projectId: 'p' } as const;
const PAGE = { id: 'page', key: 'key-of-the-page', kind: 'web', allowedOrigins: [SITE], projectId: 'p' } as const;
const SEARCHES = { id: 'searches', key: 'key-of-searches', kind: 'api', projectId: 'p', entityTypes: ['search'] } as const;
const apiKeys = [WRITER, READER, PAGE, SEARCHES];
const ORDER = { entityType: 'order', type: 'order.completed', orderId: '0193a5a0-0000-7000-8000-000000000001', totalCents: 1290 };

/** The bodies that may hold a batch; an item that is a text is sent as it is. */
const FORMS = {
  'an array': { type: 'application/json', bodyOf: (items: unknown[]) => `[${items.map(textOf).join()}]` },
  NDJSON: { type: 'application/x-ndjson', bodyOf: (items: unknown[]) => items.map((item) => `${textOf(item)}\n`).join('') },
};

function textOf(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

/** Keeps events in memory, and does first what `before` says with them. */
class ControlledRepository extends InMemoryEventRepository {
  readonly inserts: number[] = [];
  before: (events: readonly EventRecord[]) => unknown = () => undefined;

  override async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    this.inserts.push(events.length);
    await this.before(events);
    return super.insert(events);
  }
}

/** Texts of items, in which RUN stands for what no other batch has in its ids. */
const jsonItem = fc.oneof(
  fc
    .record(
      {
        entityType: fc.constantFrom('search', 'message', 'conversation', 'order', 'unknown', 5),
        orderId: fc.oneof(fc.constant(ORDER.orderId), fc.jsonValue()),
        totalCents: fc.oneof(fc.nat(), fc.jsonValue()),
        items: fc.oneof(fc.array(fc.record({ sku: fc.string(), quantity: fc.integer() }), { maxLength: 3 }), fc.jsonValue()),
        type: fc.oneof(fc.constantFrom('t', 'u'), fc.jsonValue()),
        searchQuery: fc.oneof(fc.constantFrom('q', '\0'), fc.jsonValue()),
        messageId: fc.oneof(fc.constant('m'), fc.jsonValue()),
        id: fc.constantFrom('RUN-a', 'RUN-b', '', null),
        projectId: fc.constantFrom('p', 'q', null),
        createdAt: fc.constantFrom('2026-01-02T03:04:05Z', '2026-01-02', null),
        properties: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }), fc.jsonValue()),
        userProperties: fc.oneof(fc.constantFrom({ id: 1 }, { id: [] }), fc.jsonValue()),
      },
      { requiredKeys: ['entityType', 'type'] },
    )
    .map(textOf),
  fc.constantFrom('RUN-a', 'RUN-b').map((id) => textOf(newEvent({ id }))),
  fc.constantFrom(
    'null',
    '5',
    '"x"',
    '[]',
    '{}',
    '{"entityType":"search","type":"t","searchQuery":"q","properties":{"n":1e999}}',
  ),
);
const brokenText = fc.constantFrom('{', '{"a":}', 'x', '{} {}', '[', '{"entityType":"search"');

const events = (count: number, fields: object = {}) =>
  Array.from({ length: count }, (_, n) => newEvent({ type: `t${n}`, ...fields }));
const statusOf = ({ status }: ItemResult) => status;
const problemOf = (result: ItemResult) => ('problem' in result ? result.problem : undefined);

describe.each(ADAPTERS)('On %s', (adapter) => {
  let client: Client;
  let port: number;
  let repository: ControlledRepository;

  async function start(options: EventLogOptions = {}) {
    const eventLog = EventLogModule.forRoot({ apiKeys, storage: { repository: ControlledRepository }, ...options });
    const feature = EventLogModule.forFeature([OrderEventDto]);
    const imports = [ThrottlerModule.forRoot({ throttlers: [] }), eventLog, feature];
    const host = await createApp(adapter, { imports });
    client = clientOf(host.url, WRITER.key);
    port = Number(new URL(host.url).port);
    repository = host.app.get(EventRepository, { strict: false });
  }
  afterEach(closeApps);

  describe.each(Object.entries(FORMS))('a batch as %s', (_form, { type, bodyOf }) => {
    const send = (items: unknown[], { key }: { key: string } = WRITER, headers = {}) =>
      client.batch(bodyOf(items), { key, headers: { 'Content-Type': type, ...headers } });
    const results = async (items: unknown[], from?: { key: string }) => {
      const answer = await send(items, from);
      expect(answer.status).toBe(200);
      return answer.json<BatchResult>().results;
    };
    const statuses = async (items: unknown[], from?: { key: string }) => (await results(items, from)).map(statusOf);

    it('a batch is stored, and each event answered in its order', async () => {
      await start();
      const sent = [newMessage({ id: 'a', properties: { n: 1 } }), newEvent({ id: 'b' }), newEvent()];
      const answer = await send(sent, WRITER, { 'X-Request-Id': 'trace-1' });
      expect([answer.status, answer.header('content-type'), answer.header('x-request-id')]).toEqual([
        200,
        'application/json; charset=utf-8',
        'trace-1',
      ]);
      const id = expect.stringMatching(/^evt_/);
      expect(answer.json()).toEqual({
        stored: 3,
        replayed: 0,
        refused: 0,
        results: [
          { status: 200, id: 'a' },
          { status: 200, id: 'b' },
          { status: 200, id },
        ],
      });
      expect(repository.events).toMatchObject(sent);
      expect(repository.events.map(({ projectId }) => projectId)).toEqual(['p', 'p', 'p']);
      expect(repository.inserts).toEqual([3]);
    });

    it('a batch that is sent again is replayed, and nothing is stored', async () => {
      await start();
      const sent = events(3).map((event, n) => ({ ...event, id: `e${n}` }));
      await send(sent);
      expect((await send(sent)).json()).toEqual({
        stored: 0,
        replayed: 3,
        refused: 0,
        results: sent.map(({ id }) => ({ status: 200, id, replayed: true })),
      });
      expect(repository.events).toHaveLength(3);
    });

    it('an item is refused alone, with the whole problem', async () => {
      await start();
      const answer = await send([newEvent(), { ...newMessage(), messageId: 5 }, newEvent()], WRITER, {
        'X-Request-Id': 'trace-2',
      });
      const { results, ...counts } = answer.json<BatchResult>();
      expect([answer.status, counts]).toEqual([200, { stored: 2, replayed: 0, refused: 1 }]);
      const detail = 'messageId must be a string';
      expect(results[1]).toEqual({
        status: 422,
        retryable: false,
        problem: {
          title: 'Unprocessable Entity',
          status: 422,
          detail,
          instance: '/events/batch#/1',
          requestId: 'trace-2',
          code: 'unprocessable_entity',
          error: { code: 'unprocessable_entity', message: detail },
          errors: [{ pointer: '#/messageId', detail }],
        },
      });
    });

    it('all problems of a batch have the request id of its answer', async () => {
      await start();
      const answer = await send([{}, {}]);
      const ids = answer.json<BatchResult>().results.map((result) => problemOf(result)?.requestId);
      expect(ids).toEqual([answer.header('x-request-id'), answer.header('x-request-id')]);
    });

    it('a batch of which all items are refused is answered with 200', async () => {
      await start();
      expect(await statuses(['null', '5', '"x"', '[]', '{}', 'true'])).toEqual([422, 422, 422, 422, 422, 422]);
      expect(repository.inserts).toEqual([]);
    });

    it('an empty batch is refused', async () => {
      await start();
      const answer = await send([]);
      expect([answer.status, answer.json<ProblemDetails>().instance]).toEqual([400, '/events/batch']);
    });

    it('a batch of 1,000 events is stored, and one of 1,001 is refused before anything is', async () => {
      await start();
      expect((await send(events(1_001))).status).toBe(413);
      expect(repository.inserts).toEqual([]);
      expect((await send(events(1_000))).json()).toMatchObject({ stored: 1_000 });
    });

    it('how many events a batch may hold is up to maxBatchEvents', async () => {
      await start({ maxBatchEvents: 2 });
      expect([(await send(events(2))).status, (await send(events(3))).status]).toEqual([200, 413]);
    });

    it('of one id twice in a batch, the first is stored, and the second a replay of it or refused', async () => {
      await start();
      const event = newEvent({ id: 'same' });
      const answer = await send([event, event, { ...event, type: 'another' }, event]);
      expect(answer.json<BatchResult>().results).toMatchObject([
        { status: 200, id: 'same' },
        { status: 200, id: 'same', replayed: true },
        { status: 409, retryable: false, problem: { code: 'conflict', instance: '/events/batch#/2' } },
        { status: 200, id: 'same', replayed: true },
      ]);
      expect(repository.events).toHaveLength(1);
    });

    it('of two projects in a batch, those of another than the key are refused', async () => {
      await start();
      const ofProject = (projectId: string) => newEvent({ projectId });
      expect(await statuses([ofProject('p'), ofProject('q'), ofProject('p')])).toEqual([200, 403, 200]);
    });

    it('of a key that is held to some entity types, items of others are refused', async () => {
      await start();
      expect(await statuses([newEvent(), newMessage(), ORDER], SEARCHES)).toEqual([200, 403, 403]);
    });

    it('of an own entity type, an item has deep pointers', async () => {
      await start();
      const [stored, refused] = await results([ORDER, { ...ORDER, items: [{ sku: 's', quantity: 0 }] }]);
      expect(stored.status).toBe(200);
      expect(problemOf(refused)?.errors).toMatchObject([{ pointer: '#/items/0/quantity' }]);
    });

    it('of taken ids, only a key that reads is told the fields, and of so many as one may ask for', async () => {
      await start();
      const sent = events(50).map((event, n) => ({ ...event, id: `e${n}` }));
      const others = sent.map((event) => ({ ...event, type: 'another' }));
      await send(sent);
      const pointersOf = async (from: { key: string }) =>
        (await results(others, from)).map((result) => problemOf(result)?.errors?.map(({ pointer }) => pointer));
      expect(await pointersOf(WRITER)).toEqual(Array(50).fill(undefined));
      const pointers = await pointersOf(READER);
      expect(pointers.slice(0, 3)).toEqual([['#/type'], ['#/type'], ['#/type']]);
      expect(pointers.filter(Boolean).length).toBeLessThan(20);
    });

    it('field errors that would be many times their batch are cut to the first of each item', async () => {
      await start();
      const bad = `{"entityType":"search","type":"t","searchQuery":"","properties":{"${'k'.repeat(400)}":[${Array(50).fill('1e999').join()}]}}`;
      const answer = await send(Array(1_000).fill(bad));
      const lengths = answer.json<BatchResult>().results.map((result) => problemOf(result)?.errors?.length);
      expect([lengths[0], lengths.at(-1)]).toEqual([50, 1]);
      expect(answer.text.length).toBeLessThan(6_000_000);
    });

    it('a batch that is larger than what may wait goes through in parts', async () => {
      await start({ maxPendingEvents: 64, maxPendingBytes: 64 * 1024 });
      const answer = await send(events(300, { properties: { text: 'x'.repeat(1_000) } }));
      expect(answer.json()).toMatchObject({ stored: 300, refused: 0 });
      expect(repository.inserts.length).toBeGreaterThan(50);
      expect(repository.events.map(({ type }) => type)).toEqual(events(300).map(({ type }) => type));
    });

    it('two batches of one key that share the room both go through', async () => {
      await start({ maxPendingEvents: 64 });
      const answers = await Promise.all([send(events(300)), send(events(300))]);
      expect(answers.map((answer) => answer.json<BatchResult>().stored)).toEqual([300, 300]);
    });

    it('a batch counts as a request for each hundred events that it begins', async () => {
      await start({ rateLimit: { limit: 5, ttl: 60_000 } });
      const remaining = async (count: number) => {
        const answer = await send(events(count));
        return [answer.status, answer.header('ratelimit-remaining')];
      };
      expect([await remaining(100), await remaining(201)]).toEqual([
        [200, '4'],
        [200, '1'],
      ]);
      repository.inserts.length = 0;
      expect(await remaining(101)).toEqual([429, '0']);
      expect(repository.inserts).toEqual([]);
    });

    describe('whose store fails', () => {
      const away = () => Promise.reject(new ServiceUnavailableException('SECRET'));

      it('a batch of which none can be stored is answered with 503 as a whole', async () => {
        await start();
        repository.before = away;
        const answer = await send([newEvent(), {}, newEvent()]);
        expect([answer.status, answer.header('retry-after')]).toEqual([503, '1']);
        expect(answer.json()).toMatchObject({
          instance: '/events/batch',
          detail: expect.stringMatching(/^The event could not be/),
        });
        expect(answer.text).not.toContain('SECRET');
      });

      it('a batch of which a part can be stored tells of each item whether to send it again', async () => {
        await start({ maxPendingEvents: 16 });
        repository.before = (given) => (given.some(({ type }) => type === 't2') ? away() : undefined);
        const answer = await send([...events(3), {}]);
        expect(answer.json()).toMatchObject({
          stored: 2,
          refused: 2,
          results: [{ status: 200 }, { status: 200 }, { status: 503, retryable: true }, { status: 422, retryable: false }],
        });
        expect(answer.text).not.toContain('SECRET');
      });

      it('events that come too late in their batch are to be sent again, and then they are stored', async () => {
        await start({ maxPendingEvents: 16, answerTimeout: 1_000 });
        const sent = events(20).map((event, n) => ({ ...event, id: `e${n}` }));
        repository.before = () => delay(200);
        const { stored, results } = (await send(sent)).json<BatchResult>();
        expect(stored).toBeGreaterThan(0);
        expect(results.at(-1)).toMatchObject({ status: 503, retryable: true });
        repository.before = () => undefined;
        const late = sent.filter((_event, n) => results[n].status === 503);
        expect((await send(late)).json()).toMatchObject({ refused: 0 });
        expect(repository.events).toHaveLength(20);
      });

      it('an event that the store chokes on is a 500 of its own', async () => {
        await start();
        repository.before = (given) =>
          given.some(({ type }) => type === 't1') ? Promise.reject(new Error('SECRET')) : undefined;
        const answer = await send(events(3));
        expect(answer.json()).toMatchObject({
          stored: 2,
          results: [
            { status: 200 },
            { status: 500, retryable: false, problem: { detail: 'The server failed to handle the request' } },
            {},
          ],
        });
        expect(answer.text).not.toContain('SECRET');
      });
    });

    it('a batch is answered with 503 as a whole where too much is waiting already', async () => {
      await start({ maxPendingEvents: 2 });
      const { open, opened } = gate();
      repository.before = () => opened;
      const waiting = client.log();
      await until('an event waits', () => repository.inserts.length > 0);
      const answer = await send([{}, ...events(3)]);
      expect([answer.status, answer.header('retry-after')]).toEqual([503, '1']);
      open();
      expect((await waiting).status).toBe(200);
      expect(repository.events).toHaveLength(1);
    });

    it('what a batch holds counts as upload until it is stored', async () => {
      await start({ maxUploadBytes: 400_000 });
      const { open, opened } = gate();
      repository.before = () => opened;
      const large = events(10, { properties: { text: 'x'.repeat(30_000) } });
      const waiting = send(large);
      await until('a batch waits', () => repository.inserts.length > 0);
      const other = await send(large, READER);
      expect([other.status, other.header('retry-after')]).toEqual([503, '1']);
      open();
      expect((await waiting).json()).toMatchObject({ stored: 10 });
      expect((await send(large, READER)).json()).toMatchObject({ stored: 10 });
    });

    it('any batch of valid and broken items gives item by item what single requests give', async () => {
      await start();
      const single = client;
      await start();
      const headers = { 'X-Request-Id': 'same' };
      await fc.assert(
        fc.asyncProperty(
          fc.array(type === 'application/json' ? jsonItem : fc.oneof(jsonItem, brokenText), { minLength: 1 }),
          async (texts) => {
            const run = randomUUID();
            const items = texts.map((text) => text.replaceAll('RUN', run));
            const answers: Answer[] = [];
            for (const item of items) answers.push(await single.log(item, { key: READER.key, headers }));
            const answer = await send(items, READER, headers);
            expect(answer.json<BatchResult>().results.map(comparable)).toEqual(answers.map(comparableOf));
          },
        ),
        { numRuns: 60 },
      );
    });
  });

  describe('a batch as an array', () => {
    it.each([
      ['nothing', '', 400],
      ['what is not JSON', '[{]', 400],
      ['what is not UTF-8', Buffer.from([0x5b, 0xff, 0x5d]), 400],
      ['an event alone', newEvent(), 422],
      ['null', 'null', 422],
      ['a number', '5', 422],
    ])('a batch that is %s is refused as a whole', async (_what, body, status) => {
      await start();
      const answer = await client.batch(body);
      expect([answer.status, answer.json<ProblemDetails>().instance]).toEqual([status, '/events/batch']);
    });

    it('an array is bounded by maxBodyBytes', async () => {
      await start({ maxBodyBytes: 1_000 });
      expect((await client.batch(`[${eventOfBytes(998)}]`)).json()).toMatchObject({ stored: 1 });
      expect((await client.batch(`[${eventOfBytes(999)}]`)).status).toBe(413);
    });

    it('an array with a byte-order mark and white space is taken', async () => {
      await start();
      expect((await client.batch(`\uFEFF [\r\n${textOf(newEvent())}\n, 5 ] `)).json()).toMatchObject({ stored: 1, refused: 1 });
    });

    it.each(['text/plain', 'application/jsonl', 'application/x-ndjson; charset=latin1'])(
      'a body of %s is refused',
      async (type) => {
        await start();
        const answer = await client.batch('[]', { headers: { 'Content-Type': type } });
        expect([answer.status, answer.header('accept')]).toEqual([415, 'application/json, application/x-ndjson']);
      },
    );
  });

  describe('a batch as NDJSON', () => {
    const send = (body: unknown, headers = {}) =>
      client.batch(body, { headers: { 'Content-Type': FORMS.NDJSON.type, ...headers } });
    const line = textOf(newEvent());

    it.each([
      ['CRLF', `${line}\r\n${line}\r\n`],
      ['no last newline', `${line}\n${line}`],
      ['blank lines', `\n\n${line}\n\r\n \n${line}\n\n`],
      ['a byte-order mark', `\uFEFF${line}\n${line}\n`],
    ])('lines with %s are taken', async (_what, body) => {
      await start();
      expect((await send(body)).json()).toMatchObject({ stored: 2, refused: 0 });
    });

    it('a line that is not JSON is refused alone, as a single request would be', async () => {
      await start();
      const answer = await send(`${line}\n{\n${line}\n`);
      const detail = 'The event must be valid JSON';
      expect(answer.json()).toMatchObject({
        stored: 2,
        results: [
          { status: 200 },
          { status: 400, retryable: false, problem: { detail, instance: '/events/batch#/1' } },
          { status: 200 },
        ],
      });
    });

    it.each([
      ['nothing', '', 400],
      ['blank lines alone', '\n\r\n \n', 400],
      ['what is not UTF-8', Buffer.from([0x35, 0x0a, 0xff, 0x0a]), 400],
    ])('a batch that is %s is refused as a whole', async (_what, body, status) => {
      await start();
      expect((await send(body)).status).toBe(status);
    });

    it('a line is bounded by maxBodyBytes and the batch by maxBatchBytes, and nothing is stored before all is read', async () => {
      await start({ maxBodyBytes: 1_000, maxBatchBytes: 3_000 });
      expect((await send(`${eventOfBytes(1_000)}\n${eventOfBytes(1_000)}\r\n`)).json()).toMatchObject({ stored: 2 });
      repository.inserts.length = 0;
      expect((await send(`${line}\n${eventOfBytes(1_001)}\n${line}\n`)).status).toBe(413);
      expect((await send(`${eventOfBytes(990)}\n`.repeat(4))).status).toBe(413);
      expect(repository.inserts).toEqual([]);
    });

    it('a line of 3 MiB is refused', async () => {
      await start();
      expect((await send(`${line}\n${eventOfBytes(3 * 1024 * 1024)}\n`)).status).toBe(413);
    });

    it('a batch is read no further than the first event too many', async () => {
      await start({ maxBatchEvents: 2 });
      const { socket, answer } = openRequest(`Content-Length: 16000000\r\nContent-Type: application/x-ndjson`);
      socket.write(`${line}\n`.repeat(3));
      expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(repository.inserts).toEqual([]);
    });

    it('of a body that is cut in the middle of a line nothing is stored', async () => {
      await start();
      const { socket } = openRequest(`Content-Length: 5000\r\nContent-Type: application/x-ndjson`);
      socket.write(`${line}\n${line.slice(0, 20)}`);
      await delay(50);
      socket.destroy();
      await delay(50);
      expect(repository.inserts).toEqual([]);
    });

    it('lines of 16 MiB are stored, with room for less', async () => {
      await start({ maxPendingBytes: 4 * 1024 * 1024 });
      const body = `${eventOfBytes(2 * 1024 * 1024 - 1)}\n`.repeat(8);
      expect((await send(body)).json()).toMatchObject({ stored: 8, refused: 0 });
    });

    it('a compressed batch is taken, and a broken one refused before anything is stored', async () => {
      await start();
      const body = gzipSync(`${line}\n`.repeat(500));
      expect((await send(body, { 'Content-Encoding': 'gzip' })).json()).toMatchObject({ stored: 500 });
      repository.inserts.length = 0;
      expect((await send(body.subarray(0, -20), { 'Content-Encoding': 'gzip' })).status).toBe(400);
      expect((await send(gzipSync(body), { 'Content-Encoding': 'gzip' })).status).toBe(400);
      expect((await send(gzipSync(body), { 'Content-Encoding': 'gzip, gzip' })).status).toBe(415);
      expect(repository.inserts).toEqual([]);
    });
  });

  /** A request to the batch route that is written by hand; `answer` is all that comes until the connection ends. */
  function openRequest(headers: string) {
    const socket = connect(port, '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk))
        .on('error', () => undefined)
        .on('close', () => resolve(text));
    });
    socket.write(`POST /events/batch HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${WRITER.key}\r\n${headers}\r\n\r\n`);
    return { socket, answer };
  }

  describe('a beacon of several events', () => {
    const beacon = (body: unknown) => client.beacon(body, { key: PAGE.key, headers: { origin: SITE } });

    it('the events of a beacon are stored', async () => {
      await start();
      const answer = await beacon(events(100));
      expect([answer.status, answer.text, answer.header('idempotent-replayed')]).toEqual([204, '', null]);
      expect(repository.events.map(({ type }) => type)).toEqual(events(100).map(({ type }) => type));
    });

    it('an event of a beacon is refused alone', async () => {
      await start();
      expect(
        (await beacon([5, newEvent({ projectId: 'q' }), newEvent({ id: 'taken' }), newEvent({ id: 'taken', type: 'x' })])).status,
      ).toBe(204);
      expect(repository.events.map(({ id }) => id)).toEqual(['taken']);
    });

    it('a beacon whose events are all replays says so', async () => {
      await start();
      const sent = [newEvent({ id: 'a' }), newEvent({ id: 'b' })];
      const replayed = [];
      for (const body of [sent, sent, [...sent, newEvent()]]) replayed.push((await beacon(body)).header('idempotent-replayed'));
      expect(replayed).toEqual([null, 'true', null]);
    });

    it('a beacon of which all events are refused is answered with the problem of the first', async () => {
      await start();
      const answer = await beacon([newEvent({ projectId: 'q' }), 5]);
      expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden', instance: '/events/beacon' });
    });

    it.each([
      ['no event', [], 400],
      ['101 events', events(101), 413],
    ])('a beacon of %s is refused', async (_what, body, status) => {
      await start();
      expect((await beacon(body)).status).toBe(status);
      expect(repository.inserts).toEqual([]);
    });

    it('a beacon whose events can not be stored is answered with 503', async () => {
      await start();
      repository.before = () => Promise.reject(new ServiceUnavailableException());
      const answer = await beacon(events(2));
      expect([answer.status, answer.header('retry-after')]).toEqual([503, '1']);
    });
  });
});

describeEngines('A batch', (engine) => {
  afterEach(closeApps);

  it.each(Object.entries(FORMS))('as %s is stored, replayed and refused item by item', async (_form, { type, bodyOf }) => {
    const imports = [
      TypeOrmModule.forRoot(dataSourceOptions(engine.url)),
      EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
      EventLogModule.forFeature([OrderEventDto]),
    ];
    const { app, url } = await createApp('fastify', { imports });
    const send = async (items: unknown[]) =>
      (await clientOf(url, READER.key).batch(bodyOf(items), { headers: { 'Content-Type': type } })).json<BatchResult>();
    const run = randomUUID();
    const orders = Array.from({ length: 500 }, (_, n) => ({ ...ORDER, totalCents: n }));
    const sent = [...events(500), ...orders].map((event, n) => ({ ...event, id: `${run}-${n}` }));
    expect(await send(sent)).toEqual({
      stored: 1_000,
      replayed: 0,
      refused: 0,
      results: sent.map(({ id }) => ({ status: 200, id })),
    });
    const otherOrder = { ...ORDER, id: `${run}-999`, totalCents: 1 };
    const again = [
      sent[0],
      sent[999],
      { ...sent[1], type: 'another' },
      otherOrder,
      newEvent({ id: `${run} new` }),
      newEvent({ id: `${run} new` }),
      5,
    ];
    const { results, ...counts } = await send(again);
    expect(counts).toEqual({ stored: 1, replayed: 3, refused: 3 });
    expect(results.map(statusOf)).toEqual([200, 200, 409, 409, 200, 200, 422]);
    const pointersOf = (result: ItemResult) => problemOf(result)?.errors?.map(({ pointer }) => pointer);
    expect([pointersOf(results[2]), pointersOf(results[3])]).toEqual([['#/type'], ['#/totalCents']]);
    const rows = await app
      .get(DataSource)
      .getRepository(EventEntity)
      .find({ where: { id: Like(`${run}%`) } });
    expect(rows).toHaveLength(1_001);
  });
});

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** What a result of a batch tells of an item, without what is of the request alone and what the server makes. */
function comparable(result: ItemResult) {
  if ('problem' in result) return { status: result.status, problem: { ...result.problem, instance: '' } };
  return { status: 200, id: madeHere(result.id), replayed: result.replayed === true };
}

/** The same of the answer to a request with this item alone. */
function comparableOf(answer: Answer) {
  if (answer.status !== 200) return { status: answer.status, problem: { ...answer.json(), instance: '' } };
  return {
    status: 200,
    id: madeHere(answer.json<{ id: string }>().id),
    replayed: answer.header('idempotent-replayed') === 'true',
  };
}

function madeHere(id: string): string {
  return id.startsWith('evt_') ? 'evt_' : id;
}
