import { createHmac, randomUUID } from 'node:crypto';
import { EventLogModule, redactPaths, type RedactPathsOptions } from 'nestjs-event-log';
import { closeApps } from '../utils/create-app.js';
import { newEvent } from '../utils/events.js';
import { API_KEY, describeHooks } from './hook-host.js';

const secret = 'a secret of 16 bytes or more';
const hashOf = (text: string, key: string | Buffer = secret) => createHmac('sha256', key).update(text).digest('hex');

afterEach(closeApps);

describeHooks('redactPaths()', (start) => {
  it('removes and hashes what stands under its paths, over HTTP and in log(), and leaves the rest', async () => {
    const redact = redactPaths({
      remove: ['userProperties.phone', 'properties.items.price', 'integrationId'],
      hash: ['userProperties.email', 'userProperties.id', 'properties.items.buyers', 'searchQuery'],
      secret,
    });
    const { client, eventLog, stored } = await start({ hooks: [redact] });
    const event = newEvent({
      id: randomUUID(),
      integrationId: 'i',
      properties: { items: [{ price: 5, buyers: ['ann', null, ['bob']] }, { sku: 1 }, null, 'text'], email: 'kept' },
      userProperties: { phone: '+49 1', email: 'ann@example.com', id: 7, userType: null },
    });
    const redacted = {
      searchQuery: hashOf('q'),
      integrationId: null,
      properties: { items: [{ buyers: [hashOf('ann'), null, [hashOf('bob')]] }, { sku: 1 }, null, 'text'], email: 'kept' },
      userProperties: { email: hashOf('ann@example.com'), id: hashOf('7'), userType: null },
    };
    expect((await client.log(event)).json()).toMatchObject(redacted);
    expect((await stored(event.id))?.userProperties).toEqual(redacted.userProperties);
    const logged = await eventLog.log({ ...event, id: randomUUID() });
    expect([logged.event.properties, logged.event.userProperties]).toEqual([redacted.properties, redacted.userProperties]);
    expect(event.userProperties.phone).toBe('+49 1');
  });

  it('leaves events without its paths as they are', async () => {
    const paths = ['userProperties.a.b', 'properties.toString', 'properties.constructor.name', 'nothing'];
    const { client } = await start({ hooks: [redactPaths({ remove: paths, hash: paths, secret })] });
    const events = [{ properties: null }, { properties: {} }, { userProperties: { a: 'text' }, properties: { a: [1, 2] } }];
    for (const fields of events) expect((await client.log(newEvent(fields))).json()).toMatchObject(fields);
  });

  it('takes keys for keys, whatever JavaScript has under their names, and whole objects', async () => {
    const options = {
      remove: ['properties.constructor', 'userProperties'],
      hash: ['properties.__proto__.email', 'properties.card'],
    };
    const { client } = await start({ hooks: [redactPaths({ ...options, secret: Buffer.from(secret) })] });
    const properties = `{"__proto__":{"email":"ann","a":1},"constructor":5,"card":{"number":"4111","ok":true}}`;
    const answer = await client.log(
      `{"entityType":"search","type":"t","searchQuery":"q","userProperties":{"a":1},"properties":${properties}}`,
    );
    expect(answer.text).toContain(
      `"properties":{"__proto__":{"email":"${hashOf('ann')}","a":1},"card":"${hashOf('{"number":"4111","ok":true}')}"}`,
    );
    expect(answer.json().userProperties).toBeNull();
  });

  it('takes an event for the same when it is sent again, as what was sent is compared', async () => {
    const { client } = await start({ hooks: [redactPaths({ remove: ['userProperties.email'] })] });
    const event = newEvent({ id: randomUUID(), userProperties: { email: 'ann@example.com' } });
    expect((await client.log(event)).json().userProperties).toEqual({});
    expect((await client.log(event)).header('idempotent-replayed')).toBe('true');
    expect((await client.log({ ...event, userProperties: { email: 'bob@example.com' } })).status).toBe(409);
  });
});

describe('redactPaths()', () => {
  const faults: [what: string, options: unknown, message: RegExp][] = [
    ['no options', undefined, /options of redactPaths\(\).*\{ remove, hash, secret \}, got undefined/],
    [
      'a mistyped option',
      { removes: ['properties.a'] },
      /Unknown field `removes` of redactPaths\(\): known are remove, hash, secret/,
    ],
    ['no path', { remove: [], secret }, /at least one path, in `remove` or in `hash`/],
    ['a path for a list', { remove: 'properties.a' }, /`remove` of redactPaths\(\) to be a list of paths, got string/],
    ['a path that is a number', { hash: [5], secret }, /`hash\[0\]`.*such as 'userProperties\.email', got number/],
    ['an empty key', { remove: ['properties.a', 'properties..b'] }, /`remove\[1\]`.*keys joined by dots/],
    ['the id', { hash: ['id'], secret }, /`hash\[0\]`.*events can do without, got 'id'/],
    ['what a search needs', { remove: ['searchQuery'] }, /`remove\[0\]`.*events can do without, got 'searchQuery'/],
    ['all properties to hash', { hash: ['properties'], secret }, /`hash\[0\]`.*events can do without, got 'properties'/],
    ['no secret', { hash: ['properties.a'] }, /`secret` of redactPaths\(\).*16 or more, got undefined/],
    [
      'a short secret',
      { hash: ['properties.a'], secret: 'short-secret' },
      /`secret`.*16 or more, got 12: shorter ones can be guessed/,
    ],
    ['short bytes', { hash: ['properties.a'], secret: new Uint8Array(15) }, /`secret`.*got 15/],
    ['a secret that is a number', { hash: ['properties.a'], secret: 5 }, /`secret`.*got number/],
  ];
  it.each(faults)('refuses %s with a sentence that names the option', (_what, options, message) => {
    const redacting = () => redactPaths(options as RedactPathsOptions);
    expect(redacting).toThrow(TypeError);
    expect(redacting).toThrow(message);
    expect(redacting).not.toThrow('short-secret');
  });

  it('can be given more than once', async () => {
    const hooks = [redactPaths({ remove: ['properties.a'] }), redactPaths({ remove: ['properties.b'] })];
    expect(new Set(hooks).size).toBe(2);
    expect(() => EventLogModule.forRoot({ apiKeys: [API_KEY], hooks })).not.toThrow();
  });
});
