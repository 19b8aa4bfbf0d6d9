import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { EventLogModule, EventLogService, InvalidEventException, type ProblemDetails } from 'nestjs-event-log';
import { ADAPTERS, closeApps, createApp } from './utils/create-app.js';

const MiB = 1024 * 1024;
const MAX_VALUES = 200_000;
const message = { entityType: 'message', type: 't', messageId: 'm' } as const;
const apiKeys = [{ id: 'writer', key: 'writer-key', scopes: ['events:write'] }] as const;

/** An object whose JSON text has this many bytes. */
const ofBytes = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) });
/** An object that holds this many values, the list among them. */
const ofValues = (values: number) => ({ list: Array<number>(values - 1).fill(0) });

describe('free-form JSON of log()', () => {
  let app: INestApplicationContext;
  let service: EventLogService;

  beforeAll(async () => {
    const imports = [EventLogModule.forRoot({ apiKeys })];
    app = await NestFactory.createApplicationContext({ module: class HostModule {}, imports }, { logger: false });
    service = app.get(EventLogService);
  });
  afterAll(() => app.close());

  const propertiesOf = async (properties: object) => (await service.log({ ...message, properties })).event.properties;
  const errorsOf = async (fields: { properties?: object; userProperties?: object }) => {
    const outcome: unknown = await service.log({ ...message, ...fields }).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(InvalidEventException);
    return (outcome as InvalidEventException).errors;
  };

  it('is stored as JSON.stringify writes it, whatever objects it is made of', async () => {
    const anything = fc.dictionary(
      fc.string(),
      fc.anything({
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSet: true,
        withSparseArray: true,
        withTypedArray: true,
        values: [fc.boolean(), fc.integer(), fc.string(), fc.constantFrom(null, undefined, Symbol('s'), () => 1)],
      }),
    );
    const cleaned = (properties: object) =>
      JSON.parse(JSON.stringify(properties), (_key, value) =>
        typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value,
      );
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(anything, async (properties) => {
        const outcome = await propertiesOf(properties).catch((error: unknown) => error);
        if (outcome instanceof InvalidEventException) {
          // What has no JSON, or would be changed silently, is refused instead.
          expect(outcome.errors.every(({ detail }) => /finite number|key with NUL|must be an object/.test(detail))).toBe(true);
          return;
        }
        stored++;
        expect(JSON.stringify(outcome)).toBe(JSON.stringify(cleaned(properties)));
      }),
      { numRuns: 500 },
    );
    expect(stored).toBeGreaterThan(100);
  });

  it('tells toJSON() the key under which its value stands', async () => {
    const teller = { toJSON: (key: unknown) => key };
    expect(await propertiesOf({ member: teller, list: [teller, [teller]] })).toEqual({ member: 'member', list: ['0', ['0']] });
    expect(await propertiesOf({ toJSON: (key: unknown) => ({ key }) })).toEqual({ key: 'properties' });
  });

  it('takes a bigint as a toJSON() says that the host put on its prototype, and refuses it without one', async () => {
    const prototype = BigInt.prototype as { toJSON?: unknown };
    prototype.toJSON = function (this: bigint) {
      return `${this}n`;
    };
    try {
      expect(await propertiesOf({ id: 2n ** 64n, list: [Object(1n)] })).toEqual({ id: '18446744073709551616n', list: ['1n'] });
    } finally {
      delete prototype.toJSON;
    }
    expect(await errorsOf({ properties: { id: 1n } })).toMatchObject([{ pointer: '#/properties/id' }]);
  });

  it('takes an event that has a toJSON() of its own', async () => {
    const event = { ...message, toJSON: () => ({ ...message, type: 'of toJSON()' }) };
    expect((await service.log(event)).event.type).toBe('of toJSON()');
  });

  it('holds at most 200,000 values, of properties and userProperties together', async () => {
    expect(await propertiesOf(ofValues(MAX_VALUES))).toHaveProperty('list.length', MAX_VALUES - 1);
    const detail = expect.stringContaining('more than 200000 values');
    expect(await errorsOf({ properties: ofValues(MAX_VALUES + 1) })).toEqual([{ pointer: '#/properties', detail }]);
    const halves = { properties: ofValues(MAX_VALUES / 2), userProperties: ofValues(MAX_VALUES / 2 + 1) };
    expect(await errorsOf(halves)).toEqual([{ pointer: '#/userProperties', detail }]);
    const members = Object.fromEntries(Array.from({ length: MAX_VALUES + 1 }, (_, n) => [`k${n}`, n]));
    expect(await errorsOf({ properties: members })).toEqual([{ pointer: '#/properties', detail }]);
  });

  it('is refused before an endless list is walked', async () => {
    const list: unknown[] = [];
    list.length = 2 ** 32 - 1;
    expect(await errorsOf({ properties: { list } })).toMatchObject([{ pointer: '#/properties' }]);
  });

  it('takes at most maxBodyBytes as stored JSON text in UTF-8, of properties and userProperties together', async () => {
    expect(await propertiesOf(ofBytes(2 * MiB))).not.toBeNull();
    const detail = expect.stringMatching(/2097152 bytes together as stored JSON: .* as strings$/);
    expect(await errorsOf({ properties: ofBytes(2 * MiB + 1) })).toEqual([{ pointer: '#/properties', detail }]);
    const [small, large] = [ofBytes(MiB - 1), ofBytes(MiB + 2)];
    expect(await errorsOf({ properties: small, userProperties: large })).toEqual([{ pointer: '#/userProperties', detail }]);
    expect(await errorsOf({ properties: large, userProperties: small })).toEqual([{ pointer: '#/properties', detail }]);
    const threeBytesEach = { text: '漢'.repeat(700_000) };
    expect(JSON.stringify(threeBytesEach).length).toBeLessThan(MiB);
    expect(await errorsOf({ properties: threeBytesEach })).toEqual([{ pointer: '#/properties', detail }]);
  });
});

describe.each(ADAPTERS)('free-form JSON of POST /events on %s', (adapter) => {
  let url: string;

  beforeAll(async () => {
    url = (await createApp(adapter, { imports: [EventLogModule.forRoot({ apiKeys })] })).url;
  });
  afterAll(closeApps);

  const post = async (properties: string): Promise<Response> => {
    const headers = { Authorization: 'Bearer writer-key', 'Content-Type': 'application/json' };
    const body = `{${JSON.stringify(message).slice(1, -1)},"properties":${properties}}`;
    expect(body.length).toBeLessThan(2 * MiB);
    return fetch(`${url}/events`, { method: 'POST', headers, body });
  };
  const listOf = (item: string, count: number) => `{"list":[${Array(count).fill(item).join()}]}`;

  it.each([
    ['more than 200,000 empty objects', '{}', MAX_VALUES],
    ['more than 200,000 numbers', '0', MAX_VALUES],
    ['numbers that take more than maxBodyBytes once they are written out', '1e20', 100_000],
  ])('is 422 with %s', async (_what, item, count) => {
    const response = await post(listOf(item, count));
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as ProblemDetails;
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['#/properties']);
  });

  it.each([
    ['199,999 empty objects in a list', '{}', MAX_VALUES - 1],
    ['numbers that are written out and stay within maxBodyBytes', '1e20', 90_000],
  ])('is stored with %s', async (_what, item, count) => {
    const response = await post(listOf(item, count));
    expect(response.status).toBe(200);
    const { properties } = (await response.json()) as { properties: { list: unknown[] } };
    expect(properties.list.length).toBe(count);
  });
});
