import { connect, type Socket } from 'node:net';
import {
  apiKeyDigest,
  ApiKeyStore,
  EventLogModule,
  EventRepository,
  InMemoryEventRepository,
  type ProblemDetails,
} from 'nestjs-event-log';
import { ServiceUnavailableException } from '@nestjs/common';
import { type Answer, type Client, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { newMessage } from './utils/events.js';

const apiKeys = [
  { id: 'writer', key: 'writer-key', scopes: ['events:write'], projectId: 'p1', integrationId: 'i1' },
  { id: 'free', digest: apiKeyDigest('free-key-1').toUpperCase(), scopes: ['events:write', 'events:read'] },
  { id: 'reader', key: 'reader-key', scopes: ['events:read'] },
  { id: 'expired', key: 'expired-key', scopes: ['events:write'], expiresAt: new Date(Date.now() - 1) },
] as const;
const message = newMessage();

describe.each(ADAPTERS)('POST /events on %s', (adapter) => {
  let client: Client;
  let port: number;
  let repository: InMemoryEventRepository;

  beforeAll(async () => {
    const host = await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] });
    client = clientOf(host.url, 'writer-key');
    port = Number(new URL(host.url).port);
    repository = host.app.get(EventRepository, { strict: false });
  });
  afterAll(closeApps);

  const post = (event: unknown, headers: Record<string, string> = {}, key?: string) => client.log(event, { headers, key });
  const problemOf = (answer: Answer) => answer.json<ProblemDetails>();
  const stored = () => repository.events.length;

  it('an event is answered with 200 as it is stored, every field in its place', async () => {
    const response = await post({ ...message, id: 'all', createdAt: '2026-01-02T04:04:05.6789+01:00', properties: { a: 1 } });
    expect(response.status).toBe(200);
    expect(response.header('content-type')).toMatch(/^application\/json/);
    expect(response.header('idempotent-replayed')).toBeNull();
    expect(response.text).toBe(
      '{"id":"all","type":"message:copied","messageId":"m1","createdAt":"2026-01-02T03:04:05.678Z","projectId":"p1","integrationId":"i1",' +
        '"properties":{"a":1},"userProperties":null,"entityType":"message"}',
    );
    expect(repository.events.find(({ id }) => id === 'all')).toMatchObject({ messageId: 'm1', receivedAt: expect.any(String) });
  });

  it('ids that the server makes are in the order of their events', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push((await post(message)).json<{ id: string }>().id);
    expect(ids.every((id) => /^evt_[0-9a-f-]{36}$/.test(id))).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('an event that is sent again is answered with what was stored, and no second is stored', async () => {
    const first = (await post({ ...message, id: 'twice', properties: { n: 1 } })).text;
    const before = stored();
    const second = await post({ ...message, id: 'twice', properties: { n: 1 } });
    expect(second.status).toBe(200);
    expect(second.header('idempotent-replayed')).toBe('true');
    expect(second.text).toBe(first);
    expect(stored()).toBe(before);
  });

  it('the same id in another project is another event', async () => {
    await post({ ...message, id: 'shared', properties: { n: 1 } });
    const other = await post({ ...message, id: 'shared', projectId: 'p2', properties: { n: 2 } }, {}, 'free-key-1');
    expect(other.header('idempotent-replayed')).toBeNull();
    expect(other.json()).toMatchObject({ projectId: 'p2', integrationId: null, properties: { n: 2 } });
  });

  it.each([
    ['no key', {}, 401, 'Bearer realm="events"'],
    ['another scheme', { Authorization: 'Basic d3JpdGVyLWtleQ==' }, 401, 'Bearer realm="events"'],
    ['an unknown key', { Authorization: 'Bearer unknown-key' }, 401, 'Bearer realm="events", error="invalid_token"'],
    ['an expired key', { Authorization: 'Bearer expired-key' }, 401, 'Bearer realm="events", error="invalid_token"'],
    [
      'a key without the scope',
      { Authorization: 'bearer   reader-key' },
      403,
      'Bearer realm="events", error="insufficient_scope", scope="events:write"',
    ],
  ])('a request with %s is refused', async (_what, headers, status, challenge) => {
    const before = stored();
    const response = await client.raw('/events', { headers: headers as Record<string, string>, body: 'not even JSON' });
    expect(response.status).toBe(status);
    expect(response.header('www-authenticate')).toBe(challenge);
    expect(problemOf(response).status).toBe(status);
    expect(stored()).toBe(before);
  });

  it.each(['projectId', 'integrationId'])('an event of another %s than the key is refused with 403', async (field) => {
    const before = stored();
    const response = await post({ ...message, [field]: 'other-tenant' });
    expect(response.status).toBe(403);
    expect(JSON.stringify(problemOf(response))).not.toContain('other-tenant');
    expect(stored()).toBe(before);
  });

  it('a problem tells each refused field by its pointer and no value', async () => {
    const canary = 'canary7f3a';
    const response = await post({
      entityType: 'message',
      type: 5,
      id: '',
      createdAt: canary,
      properties: { a: [{ 'b/c~d é': '__' }, canary], deep: [] },
      userProperties: { id: { canary }, userType: 3, other: canary },
    });
    const problem = problemOf(response);
    expect(response.header('content-type')).toMatch(/^application\/problem\+json/);
    expect(JSON.stringify(problem)).not.toContain(canary);
    expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual(
      ['#/createdAt', '#/id', '#/messageId', '#/type', '#/userProperties/id', '#/userProperties/userType'].toSorted(),
    );
  });

  it('a problem points into free-form JSON by RFC 6901, also below the depth that is taken', async () => {
    const infinite = problemOf(await post(`{${JSON.stringify(message).slice(1, -1)},"properties":{"b/c~d é":[0,1e400]}}`));
    expect(infinite.errors).toEqual([
      { pointer: '#/properties/b~1c~0d%20%C3%A9/1', detail: 'A value in properties must be a finite number' },
    ]);
    const nested = (levels: number) => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
    expect((await post({ ...message, properties: { a: nested(64) } })).status).toBe(200);
    expect((await post({ ...message, properties: { a: nested(65) } })).status).toBe(422);
  });

  it('a problem lists at most 50 refused fields', async () => {
    const properties = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a\0${i}`, 1]));
    expect(problemOf(await post({ ...message, properties })).errors).toHaveLength(50);
  });

  it('an answer shows where NUL and lone surrogates became U+FFFD', async () => {
    const body = '{"entityType":"search","type":"t","searchQuery":"a\\u0000b","properties":{"x":"\\ud800!","__proto__":{"y":1}}}';
    expect((await post(body)).text).toContain('"searchQuery":"a\uFFFDb","createdAt"');
    expect((await post(body)).text).toContain('"properties":{"x":"\uFFFD!","__proto__":{"y":1}}');
  });

  it.each([
    ['my-request.1', 'my-request.1'],
    ['<script>', /^req_/],
    ['x'.repeat(129), /^req_/],
  ])('the request id %s is taken as it should be', async (given, expected) => {
    const matcher = typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected;
    expect((await post(message, { 'X-Request-Id': given })).header('x-request-id')).toMatch(matcher);
    const refused = await post('{', { 'X-Request-Id': given });
    expect(refused.header('x-request-id')).toMatch(matcher);
    expect(problemOf(refused).requestId).toBe(refused.header('x-request-id'));
  });

  it('a second Authorization header is refused with 400', async () => {
    const { status } = await raw(port, [
      'POST /events HTTP/1.1',
      'Host: x',
      'Authorization: Bearer writer-key',
      'Authorization: Bearer other-key',
      'Content-Length: 0',
    ]);
    expect(status).toBe(400);
  });

  it.each([
    ['without a key', '', 401],
    ['over the limit', 'Authorization: Bearer writer-key', 413],
  ])('every one of 40 clients that upload 4 MiB %s can read its answer', async (_what, authorization, status) => {
    const head = [
      'POST /events HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Connection: close',
      authorization,
    ].filter(Boolean);
    for (let i = 0; i < 40; i++) {
      const framing = i % 2 ? ['Content-Length: 4194304'] : ['Transfer-Encoding: chunked'];
      const answer = await raw(port, [...head, ...framing], (socket) => upload(socket, 4_194_304, i % 2 === 0));
      expect(answer.status).toBe(status);
    }
  });

  it('a body that comes byte by byte is taken', async () => {
    const body = JSON.stringify({ ...message, properties: { text: 'é'.repeat(5_000) } });
    const head = ['POST /events HTTP/1.1', 'Host: x', 'Authorization: Bearer writer-key', 'Content-Type: application/json'];
    const answer = await raw(port, [...head, 'Connection: close', 'Transfer-Encoding: chunked'], (socket) => {
      const bytes = Array.from(Buffer.from(body), (byte) => Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]));
      socket.write(Buffer.concat([...bytes, Buffer.from('0\r\n\r\n')]));
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('é'.repeat(5_000));
  });

  it('a declared upload of 10 GB is answered at once, and closed', async () => {
    const head = ['POST /events HTTP/1.1', 'Host: x', 'Authorization: Bearer writer-key', 'Content-Type: application/json'];
    const answer = await raw(port, [...head, 'Content-Length: 10000000000'], (socket) => socket.write('{"type":"t"'));
    expect(answer.status).toBe(413);
    expect(answer.text).toMatch(/^connection: close/im);
  });
});

describe.each(ADAPTERS)('a store that fails, on %s', (adapter) => {
  afterEach(closeApps);

  const answerOf = async (failure: Error) => {
    class FailingRepository extends EventRepository {
      insert(): Promise<never> {
        return Promise.reject(failure);
      }
    }
    const host = await createApp(adapter, {
      imports: [EventLogModule.forRoot({ apiKeys, storage: { repository: FailingRepository } })],
    });
    return clientOf(host.url, 'writer-key').log(message);
  };

  it('a store that can not be reached is answered with 503 and Retry-After', async () => {
    const response = await answerOf(new ServiceUnavailableException('connect ECONNREFUSED db.internal'));
    expect(response.status).toBe(503);
    expect(response.header('retry-after')).toMatch(/^\d+$/);
    expect(response.text).not.toContain('db.internal');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('connect ECONNREFUSED keys.internal'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('a key store that %s is answered with 503', async (_what, findByDigest) => {
    class FailingKeys extends ApiKeyStore {
      findByDigest = findByDigest;
    }
    const host = await createApp(adapter, {
      imports: [EventLogModule.forRoot({ answerTimeout: 1_000, keyStore: { store: FailingKeys } })],
    });
    const response = await clientOf(host.url, 'writer-key').log();
    expect(response.status).toBe(503);
    expect(response.header('retry-after')).toMatch(/^\d+$/);
    expect(response.text).not.toContain('keys.internal');
  });

  it('a store that has a bug is answered with 500 and no internals', async () => {
    const response = await answerOf(new Error('INSERT INTO secrets VALUES (1)'));
    expect(response.status).toBe(500);
    expect(response.header('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.text).not.toContain('secrets');
  });
});

function raw(port: number, head: string[], send?: (socket: Socket) => void): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const done = () => {
      socket.destroy();
      resolve({ status: Number(text.slice(9, 12)), text });
    };
    socket.on('data', (chunk) => {
      text += chunk;
      // With keep-alive nobody closes: the answer is there once its JSON is.
      if (text.endsWith('}')) done();
    });
    socket.on('error', done).on('close', done);
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    send?.(socket);
  });
}

function upload(socket: Socket, bytes: number, chunked: boolean): void {
  const part = Buffer.alloc(65_536, 32);
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += part.length) {
    if (chunked) socket.write(Buffer.concat([Buffer.from('10000\r\n'), part, Buffer.from('\r\n')]));
    else socket.write(part);
  }
  if (chunked && !socket.destroyed) socket.write('0\r\n\r\n');
}
