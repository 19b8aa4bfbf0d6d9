import { BadRequestException, HttpException, ServiceUnavailableException, type Type } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import {
  type BatchResult,
  type EventContext,
  type EventHook,
  InvalidEventException,
  type ProblemDetails,
  type StoredEvent,
} from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { newEvent, newMessage } from '../utils/events.js';
import { describeHooks, SITE, WEB_KEY } from './hook-host.js';

const SECRET = 'SECRET-of-the-event';
const FAILED = 'The server failed to handle the request';

/** A hook that does this. */
function hook(beforeStore: (event: StoredEvent, context: EventContext) => unknown, name = 'OwnHook'): Type<EventHook> {
  class OwnHook implements EventHook {
    beforeStore(event: StoredEvent, context: EventContext) {
      return beforeStore(event, context) as StoredEvent;
    }
  }
  Object.defineProperty(OwnHook, 'name', { value: name });
  return OwnHook;
}

const note = (text: string) =>
  hook((event) => ({ ...event, properties: { ...event.properties, notes: [event.properties?.notes ?? [], text].flat() } }));

afterEach(closeApps);

describeHooks('Hooks', (start) => {
  const newId = () => ({ id: randomUUID(), projectId: 'p', properties: { a: SECRET } });

  it('what the hooks return, one after the other, is stored and answered over HTTP and by log() and logMany() alike', async () => {
    const { client, eventLog, stored } = await start({ hooks: [note('first'), note('second')] });
    const events = Array.from({ length: 5 }, () => newEvent(newId()));
    const [sent, beaconed, logged, ...many] = events;
    const properties = { a: SECRET, notes: ['first', 'second'] };
    expect((await client.log(sent)).json()).toMatchObject({ ...sent, properties });
    expect((await client.beacon(beaconed, { key: WEB_KEY.key })).status).toBe(204);
    expect((await eventLog.log(logged)).event).toMatchObject({ ...logged, properties });
    expect((await eventLog.logMany(many)).map(({ event }) => event.properties)).toEqual([properties, properties]);
    for (const { id } of events) expect(await stored(id)).toMatchObject({ id, searchQuery: 'q', properties });
  });

  it('a hook may answer later, and change type, texts and times of the event as it likes', async () => {
    const change = { type: 'T', searchQuery: 'Q', createdAt: '2026-01-02T04:04:05.678+01:00', integrationId: 'i' };
    const { client, stored } = await start({
      hooks: [hook(async (event) => ({ ...event, ...change, userProperties: { id: 7 } }))],
    });
    const event = newEvent(newId());
    const changed = { ...event, ...change, createdAt: '2026-01-02T03:04:05.678Z', userProperties: { id: 7 } };
    expect((await client.log(event)).json()).toEqual(changed);
    expect(await stored(event.id)).toMatchObject(changed);
  });

  it('a hook is given an event of its own, which it may change in place', async () => {
    const given: StoredEvent[] = [];
    const inPlace = hook((event) => {
      given.push(event);
      (event.properties as Record<string, unknown>).a = 'changed';
      return Object.assign(event, { type: 'T' });
    });
    const { client, eventLog, stored } = await start({ hooks: [inPlace, inPlace] });
    const event = newEvent(newId());
    for (const answered of [(await client.log(event)).json(), (await eventLog.log({ ...event, id: 'own' })).event]) {
      expect(answered).toMatchObject({ type: 'T', properties: { a: 'changed' } });
    }
    expect(event.properties.a).toBe(SECRET);
    expect(await stored(event.id)).toMatchObject({ type: 'T', properties: { a: 'changed' } });
    expect(new Set(given).size).toBe(4);
    expect(Object.keys(given[0])).not.toContain('contentDigest');
  });

  it('a hook is told what an event came with over HTTP, and nothing of one that the host logs itself', async () => {
    const contexts: EventContext[] = [];
    const { client, eventLog } = await start({ hooks: [hook((event, context) => (contexts.push(context), event))] });
    const headers = { Origin: SITE, 'User-Agent': 'agent/1', 'X-Forwarded-For': '203.0.113.9' };
    const own = await client.log(newEvent(), { headers: { ...headers, 'X-Request-Id': 'mine' } });
    const made = await client.log(newEvent(), { headers });
    await client.beacon(newEvent(), { headers, key: WEB_KEY.key });
    await eventLog.log(newEvent());
    await eventLog.logMany([newEvent()]);
    const common = { origin: SITE, clientAddress: '203.0.113.9', userAgent: 'agent/1' };
    expect(own.header('x-request-id')).toBe('mine');
    expect(contexts).toEqual([
      { ...common, keyId: 'server', keyKind: 'api', requestId: 'mine' },
      { ...common, keyId: 'server', keyKind: 'api', requestId: made.header('x-request-id') },
      { ...common, keyId: 'page', keyKind: 'web', requestId: expect.stringMatching(/^req_/) },
      {},
      {},
    ]);
  });

  it('a hook refuses an event with an exception of Nest, and nothing of it is stored', async () => {
    const refusals: [exception: HttpException, status: number, errors?: object[]][] = [
      [new BadRequestException('No robots'), 400],
      [new HttpException('A teapot', 418), 418],
      [new HttpException('Too odd', 422), 422, [{ pointer: '#', detail: 'Too odd' }]],
      [Object.assign(new HttpException('Own', 422), { errors: { a: 1 } }), 422, [{ pointer: '#', detail: 'Own' }]],
      [new InvalidEventException([{ pointer: '#/type', detail: 'No' }]), 422, [{ pointer: '#/type', detail: 'No' }]],
    ];
    for (const [exception, status, errors] of refusals) {
      const { client, eventLog, stored, lines } = await start({ hooks: [hook(() => Promise.reject(exception)), note('never')] });
      const event = newEvent(newId());
      const answer = await client.log(event);
      expect(answer.header('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.json<ProblemDetails>()).toMatchObject({ status, detail: exception.message, ...(errors && { errors }) });
      await expect(eventLog.log(event)).rejects.toBe(exception);
      await expect(eventLog.logMany([newEvent(), event])).rejects.toBe(exception);
      expect(await stored(event.id)).toBeUndefined();
      expect(lines.filter((line) => line.includes('was answered'))).toEqual([]);
      await closeApps();
    }
  });

  it('a hook that hangs is a 503 within answerTimeout, and nothing is stored', async () => {
    const { client, eventLog, stored, lines } = await start({ hooks: [hook(() => new Promise(() => {}))], answerTimeout: 500 });
    const event = newEvent(newId());
    const answer = await client.log(event);
    expect([answer.status, answer.header('retry-after')]).toEqual([503, '1']);
    expect(answer.json<ProblemDetails>().detail).toBe('The event could not be stored right now; send it again later');
    expect(lines.filter((line) => line.includes('OwnHook.beforeStore() did not settle in time'))).toHaveLength(1);
    await expect(eventLog.log(event)).rejects.toThrow(ServiceUnavailableException);
    expect(await stored(event.id)).toBeUndefined();
  });

  it('a hook that hangs on one event of a batch is a 503 of that event alone', async () => {
    const hangs = hook((event) => (event.type === 'hangs' ? new Promise(() => undefined) : event));
    const { client } = await start({ hooks: [hangs], answerTimeout: 1_000 });
    const answer = await client.batch(['a', 'hangs', 'b'].map((type) => newEvent({ ...newId(), type })));
    const { results } = answer.json<BatchResult>();
    expect(results.map(({ status }) => status)).toEqual([200, 503, 200]);
  });

  it('a hook whose own service is away says so with a 503, whose text stays in the log', async () => {
    const { client, lines } = await start({
      hooks: [hook(() => Promise.reject(new ServiceUnavailableException('geo is away')))],
    });
    const answer = await client.log(newEvent());
    expect([answer.status, answer.text.includes('geo')]).toEqual([503, false]);
    expect(lines.filter((line) => line.includes('geo is away'))).toHaveLength(1);
  });

  it('a hook that throws anything else is a 500 of fixed text, and the log names it with the request id', async () => {
    const thrown = [new TypeError('no country'), Object.assign(new Error('quota'), { statusCode: 403 }), 'text', undefined, null];
    for (const error of thrown) {
      const failing = hook(() => {
        throw error;
      }, 'CountryHook');
      const { client, eventLog, stored, lines } = await start({ hooks: [note('first'), failing] });
      const event = newEvent(newId());
      const answer = await client.log(event, { headers: { 'X-Request-Id': 'req-7' } });
      expect([answer.status, answer.json<ProblemDetails>().detail]).toEqual([500, FAILED]);
      const said = lines.filter((line) => line.includes('Request req-7') && line.includes('CountryHook.beforeStore() threw'));
      expect(said).toHaveLength(1);
      if (error instanceof Error) expect(said[0]).toContain(error.message);
      if (error instanceof Error) expect(said[0]).toMatch(/at .*hooks\.spec\.ts/);
      expect(said[0]).not.toContain(SECRET);
      await expect(eventLog.log(event)).rejects.toThrow('CountryHook.beforeStore() threw');
      expect(await stored(event.id)).toBeUndefined();
      await closeApps();
    }
  });

  const bugs: [what: string, result: (event: StoredEvent) => unknown, line: RegExp][] = [
    ['changes the id', (event) => ({ ...event, id: 'other' }), /changed `id`/],
    ['loses the id', ({ id: _id, ...event }) => event, /changed `id`/],
    ['changes the project', (event) => ({ ...event, projectId: 'other' }), /changed `projectId`/],
    ['loses the project', (event) => ({ ...event, projectId: null }), /changed `projectId`/],
    ['changes the entity type', (event) => ({ ...event, entityType: 'message', messageId: 'm' }), /changed `entityType`/],
    ['returns nothing', () => undefined, /returned nothing: return the event/],
    ['returns null', () => Promise.resolve(null), /returned nothing: return the event/],
    ['returns a text', () => SECRET, /not valid: see #$/],
    ['returns an unknown entity type', (event) => ({ ...event, entityType: SECRET }), /not valid: see #\/entityType$/],
    ['returns wrong fields', (event) => ({ ...event, type: 5, createdAt: SECRET }), /not valid: see #\/type, #\/createdAt$/],
    ['returns what JSON has not', (event) => ({ ...event, properties: { n: Number.NaN } }), /not valid: see #\/properties\/n$/],
    ['returns properties that are none', (event) => ({ ...event, properties: SECRET }), /not valid: see #\/properties$/],
    ['returns a list', (event) => [event], /not valid: see #$/],
    ['returns a list as properties', (event) => ({ ...event, properties: [SECRET] }), /not valid: see #\/properties$/],
    [
      'returns what can not be read',
      (event) => ({
        ...event,
        toJSON() {
          throw new RangeError('unreadable');
        },
      }),
      /threw RangeError: unreadable$/,
    ],
  ];
  it.each(bugs)('a hook that %s is a 500, and the log names the hook and no value', async (_what, result, line) => {
    const { client, eventLog, stored, lines } = await start({ hooks: [hook(result, 'BuggyHook')] });
    const event = newEvent(newId());
    const answer = await client.log(event, { headers: { 'X-Request-Id': 'req-8' } });
    expect([answer.status, answer.json<ProblemDetails>().detail]).toEqual([500, FAILED]);
    const said = lines.filter((one) => one.includes('Request req-8') && one.includes('BuggyHook.beforeStore()'));
    expect(said).toHaveLength(1);
    expect(lines.join('\n')).not.toContain(SECRET);
    await expect(eventLog.log(event)).rejects.toThrow(line);
    for (const id of [event.id, 'other']) expect(await stored(id)).toBeUndefined();
  });

  it('an event that leaves no room for what a hook adds is refused with 422, as sending less helps', async () => {
    const { client, lines } = await start({ hooks: [note('x'.repeat(200))], maxBodyBytes: 1_000 });
    const event = (length: number) => newEvent({ properties: { text: 'q'.repeat(length) } });
    expect((await client.log(event(600))).status).toBe(200);
    for (let i = 0; i < 2; i++) {
      const answer = await client.log(event(900));
      expect([answer.status, answer.json<ProblemDetails>().errors?.map(({ pointer }) => pointer)]).toEqual([
        422,
        ['#/properties'],
      ]);
    }
    expect(lines.filter((line) => line.includes('OwnHook.beforeStore() made an event too large'))).toHaveLength(1);
  });

  it('an event with the same content is a replay whatever hooks made of it, and other content is a conflict', async () => {
    let calls = 0;
    const counting = hook((event) => ({ ...event, properties: { ...event.properties, call: ++calls } }));
    const { client, eventLog, stored } = await start({ hooks: [counting] });
    const event = newMessage(newId());
    expect((await client.log(event)).header('idempotent-replayed')).toBeNull();
    const again = await client.log(event);
    expect([again.status, again.header('idempotent-replayed')]).toEqual([200, 'true']);
    expect((await eventLog.log(event)).replayed).toBe(true);
    // The hook makes of this one what it made of the first.
    expect((await client.log({ ...event, properties: { ...event.properties, call: 1 } })).status).toBe(409);
    expect(await stored(event.id)).toMatchObject({ properties: { a: SECRET, call: 1 } });
  });

  it('no more events wait for hooks than may wait for the store, and of one key half of them', async () => {
    let release: ((event?: unknown) => void)[] = [];
    const slow = hook((event) => new Promise((resolve) => release.push(() => resolve(event))));
    const { client } = await start({ hooks: [slow], maxPendingEvents: 4, answerTimeout: 20_000 });
    const waiting = [client.log(), client.log()];
    while (release.length < 2) await new Promise(setImmediate);
    expect((await client.log()).status).toBe(503);
    const others = client.log(newEvent(), { key: WEB_KEY.key });
    while (release.length < 3) await new Promise(setImmediate);
    for (const go of release) go();
    release = [];
    expect((await Promise.all([...waiting, others])).map(({ status }) => status)).toEqual([200, 200, 200]);
  });
});
