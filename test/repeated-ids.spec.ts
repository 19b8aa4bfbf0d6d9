import { TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { EventLogModule, EventLogService, EventRepository, type ProblemDetails, type StoredEvent } from 'nestjs-event-log';
import { typeOrmStorage } from 'nestjs-event-log/typeorm';
import { type Answer, type Client, clientOf } from './utils/client.js';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';

const SITE = 'https://site.example';
const KEYS = {
  web: { key: 'web-key-1', kind: 'web', allowedOrigins: [SITE], projectId: 'p' },
  'write-only api': { key: 'writing-key', scopes: ['events:write'], projectId: 'p' },
  'reading api': { key: 'reading-key', kind: 'api', projectId: 'p' },
  'api of no project': { key: 'key-of-none', kind: 'api' },
  'web of no project': { key: 'web-key-of-none', kind: 'web', allowedOrigins: [SITE] },
  'integrated web': { key: 'web-key-of-page', kind: 'web', allowedOrigins: [SITE], projectId: 'p', integrationId: 'page' },
} as const;
type KeyName = keyof typeof KEYS;
const NAMES = Object.keys(KEYS) as KeyName[];
const READING: readonly KeyName[] = ['reading api', 'api of no project'];
const apiKeys = NAMES.map((id) => ({ id, ...KEYS[id] }));

/** What no key may learn from an answer. */
const SECRET = 'canary7f3a';
const CREATED_AT = '2026-01-02T03:04:05.678Z';
const STORED = {
  entityType: 'message',
  type: `type-${SECRET}`,
  messageId: `message-${SECRET}`,
  createdAt: CREATED_AT,
  projectId: 'p',
  integrationId: 'page',
  properties: { text: SECRET, other: 1 },
  userProperties: { supportAgentEmail: SECRET },
};

const others: [what: string, pointers: string[], fields: Record<string, unknown>][] = [
  ['entity type', ['#/entityType', '#/conversationId'], { entityType: 'conversation', conversationId: STORED.messageId }],
  ['type', ['#/type'], { type: 'another' }],
  ['subject', ['#/messageId'], { messageId: 'another' }],
  ['properties', ['#/properties'], { properties: { text: 'another' } }],
  ['properties, left out', ['#/properties'], { properties: undefined }],
  ['properties, null', ['#/properties'], { properties: null }],
  ['properties, with another order of keys', ['#/properties'], { properties: { other: 1, text: SECRET } }],
  ['userProperties', ['#/userProperties'], { userProperties: { id: 1 } }],
  ['userProperties, left out', ['#/userProperties'], { userProperties: undefined }],
  ['everything', ['#/entityType', '#/type', '#/properties', '#/userProperties', '#/searchQuery'], junk()],
];

/** Sent and sent again: other texts for the same content. */
const equal: [what: string, first: object, again: object][] = [
  ['times', { createdAt: CREATED_AT }, { createdAt: '2026-02-03T04:05:06Z' }],
  ['a time that is left out', { createdAt: CREATED_AT }, {}],
  ['a time of another zone', { createdAt: '2026-01-02T03:04:05.678+00:00' }, { createdAt: '2026-01-02T04:04:05.678+01:00' }],
  ['unknown fields', {}, { eventName: 'x', searchQuery: 'of another type' }],
  ['null for what is left out', {}, { properties: null, userProperties: null, projectId: null, integrationId: null }],
  ['its own project', {}, { projectId: 'p' }],
];

function junk() {
  return {
    entityType: 'search',
    type: 'junk',
    searchQuery: '',
    messageId: undefined,
    properties: undefined,
    userProperties: undefined,
  };
}

function describeStore(adapter: (typeof ADAPTERS)[number], imports: () => Parameters<typeof createApp>[1]['imports']) {
  let client: Client;
  let service: EventLogService;
  let repository: EventRepository;

  beforeAll(async () => {
    const host = await createApp(adapter, { imports: imports() });
    client = clientOf(host.url);
    service = host.app.get(EventLogService, { strict: false });
    repository = host.app.get(EventRepository, { strict: false });
  });
  afterAll(closeApps);

  const send = (name: KeyName, event: unknown, how: 'log' | 'beacon' = 'log') =>
    client[how](event, { key: KEYS[name].key, headers: name.includes('web') ? { origin: SITE } : undefined });
  /** An event of the integration `page` that the server's own key has stored, and what was answered. */
  const store = async (fields: object = {}) => {
    const id = `id-${randomUUID()}`;
    const answer = await send('reading api', { ...STORED, id, ...fields });
    expect(answer.status).toBe(200);
    return { id, answer };
  };
  const find = (id: string, projectId: string | null = 'p') => repository.find!(id, projectId);
  const conflictOf = (answer: Answer, id: string) => {
    const { requestId, instance, errors, ...problem } = answer.json<ProblemDetails>();
    const detail = 'The id is taken by an event with other content; send this one with another id';
    expect([answer.status, answer.header('content-type'), answer.header('idempotent-replayed')]).toEqual([
      409,
      expect.stringMatching(/^application\/problem\+json/),
      null,
    ]);
    expect(problem).toEqual({
      title: 'Conflict',
      status: 409,
      code: 'conflict',
      detail,
      error: { code: 'conflict', message: detail },
    });
    expect(answer.text).not.toContain(SECRET);
    expect(answer.text).not.toContain(id);
    expect([typeof requestId, instance.startsWith('/events')]).toEqual(['string', true]);
    return errors?.map(({ pointer }) => pointer);
  };

  it.each(NAMES.flatMap((name) => others.map(([what, pointers, fields]) => ({ name, what, pointers, fields }))))(
    'an event of the $name key whose id is taken is refused, where it differs by its $what',
    async ({ name, pointers, fields }) => {
      const { id, answer } = await store();
      const pointed = conflictOf(await send(name, { ...STORED, id, ...fields }), id);
      expect(pointed?.toSorted()).toEqual(READING.includes(name) ? pointers.toSorted() : undefined);
      expect(await find(id)).toMatchObject(answer.json());
    },
  );

  it.each(NAMES.filter((name) => name !== 'integrated web'))(
    'an event of the %s key whose id is taken is refused, where it differs by its integration',
    async (name) => {
      const { id } = await store();
      for (const integrationId of ['another', null, undefined, '']) {
        const pointed = conflictOf(await send(name, { ...STORED, id, integrationId }), id);
        expect(pointed).toEqual(READING.includes(name) ? ['#/integrationId'] : undefined);
      }
    },
  );

  it('an event that leaves out what its key has is a replay, and one of a key of another integration is not', async () => {
    const { id, answer } = await store();
    const fields = { ...STORED, id, projectId: undefined, integrationId: undefined };
    expect((await send('integrated web', fields)).text).toBe(answer.text);
    expect(conflictOf(await send('web', fields), id)).toBeUndefined();
  });

  it.each(NAMES)('an event of the %s key that is sent again is answered with what it sent and the first time', async (name) => {
    const { id, answer } = await store();
    const replay = await send(name, { ...STORED, id, createdAt: '2026-03-04T05:06:07Z' });
    expect([replay.status, replay.header('idempotent-replayed'), replay.text]).toEqual([200, 'true', answer.text]);
    expect(answer.json<StoredEvent>().createdAt).toBe(CREATED_AT);
  });

  it.each(equal)('an event that is sent again with other %s is a replay', async (_what, first, again) => {
    const event = { entityType: 'message', type: 't', messageId: 'm', id: randomUUID() };
    const answer = await send('web', { ...event, ...first });
    const replay = await send('web', { ...event, ...again });
    expect([replay.status, replay.header('idempotent-replayed'), replay.text]).toEqual([200, 'true', answer.text]);
  });

  it('an event that is sent again in other words is a replay, where they are stored as the same', async () => {
    const id = randomUUID();
    const bodyOf = (query: string, number: string, text: string) =>
      `{"id":"${id}","entityType":"search","type":"t","searchQuery":"${query}","properties":{"n":${number},"t":"${text}"}}`;
    const answer = await send('web', bodyOf('a\\u0000', '1.0', '\\ud800'));
    const replay = await send('web', bodyOf('a\uFFFD', '1', '\\uFFFD'));
    expect([replay.status, replay.header('idempotent-replayed'), replay.text]).toEqual([200, 'true', answer.text]);
    expect(conflictOf(await send('web', bodyOf('a\uFFFD', '2', '\\uFFFD')), id)).toBeUndefined();
  });

  it.each(['web', 'web of no project', 'integrated web'] as const)(
    'a beacon of the %s key tells of an id only what it has sent itself',
    async (name) => {
      const { id } = await store();
      const replay = await send(name, { ...STORED, id, createdAt: null }, 'beacon');
      expect([replay.status, replay.text, replay.header('idempotent-replayed')]).toEqual([204, '', 'true']);
      expect(conflictOf(await send(name, { ...junk(), id, projectId: 'p' }, 'beacon'), id)).toBeUndefined();
    },
  );

  it('the same id in another project is free, whoever has it in the first', async () => {
    const { id } = await store();
    const answer = await send('web of no project', { ...junk(), id, projectId: 'another' });
    expect([answer.status, answer.header('idempotent-replayed')]).toEqual([200, null]);
    expect((await send('web of no project', { ...junk(), id })).status).toBe(200);
  });

  it("junk under an id that was guessed can not pass for the server's own event", async () => {
    const id = `order_${randomUUID()}`;
    expect((await send('web', { ...junk(), id })).status).toBe(200);
    const own = { entityType: 'conversation', type: 'order.completed', conversationId: 'c', id } as const;
    const pointed = conflictOf(await send('reading api', own), id);
    expect(pointed?.toSorted()).toEqual(['#/conversationId', '#/entityType', '#/type']);
    await expect(service.log(own, { projectId: 'p' })).rejects.toMatchObject({ status: 409 });
    await expect(service.logMany([own], { projectId: 'p' })).rejects.toMatchObject({ errors: [{ pointer: '#/0/id' }] });
  });

  it('of two events with one id that race, one is stored and answered, and the other refused', async () => {
    for (let round = 0; round < 20; round++) {
      const id = `race-${randomUUID()}`;
      const types = ['one', 'other'];
      const answers = await Promise.all(types.map((type) => send('web', { ...junk(), id, type })));
      const statuses = answers.map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, 409]);
      expect(await find(id)).toMatchObject({ type: types[statuses.indexOf(200)] });
    }
  });

  it('a key of another project is refused before it can learn whether an id is taken', async () => {
    const { id } = await store();
    const statuses = await Promise.all(
      [id, 'free'].map(async (id) => (await send('web', { ...STORED, id, projectId: 'q' })).status),
    );
    expect(statuses).toEqual([403, 403]);
  });
}

describe.each(ADAPTERS)('An id that comes again, in memory on %s', (adapter) =>
  describeStore(adapter, () => [EventLogModule.forRoot({ apiKeys })]),
);

describeEngines('An id that comes again', (engine) => {
  describe.each(ADAPTERS)('on %s', (adapter) =>
    describeStore(adapter, () => [
      TypeOrmModule.forRoot(dataSourceOptions(engine.url)),
      EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
    ]),
  );
});
