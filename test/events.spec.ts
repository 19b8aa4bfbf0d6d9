import fc from 'fast-check';
import { EventLogModule, EventLogService, type EventInput, InvalidEventException } from 'nestjs-event-log';
import { ConflictException, ForbiddenException, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { newMessage } from './utils/events.js';
import { parseRfc3339 } from '../lib/events/validation/rfc3339.js';

describe('EventLogService', () => {
  let app: INestApplicationContext;
  let service: EventLogService;

  beforeAll(async () => {
    const imports = [EventLogModule.forRoot({ apiKeys: [{ id: 'key', key: 'some-long-key', scopes: ['events:write'] }] })];
    app = await NestFactory.createApplicationContext({ module: class HostModule {}, imports }, { logger: false });
    service = app.get(EventLogService);
  });
  afterAll(() => app.close());

  const message = newMessage();
  const refusal = async (event: unknown): Promise<InvalidEventException> => {
    const outcome = await service.log(event as EventInput).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(InvalidEventException);
    return outcome as InvalidEventException;
  };
  const pointers = async (event: unknown) => (await refusal(event)).errors.map(({ pointer }) => pointer);

  it('EventLogService logs without an HTTP server, in the scope that it is given', async () => {
    const { event, replayed } = await service.log(message, { projectId: 'p', integrationId: 'i' });
    expect(event).toMatchObject({ ...message, projectId: 'p', integrationId: 'i', properties: null });
    expect(replayed).toBe(false);
  });

  it('an event that contradicts its scope is refused', async () => {
    await expect(service.log({ ...message, projectId: 'other' }, { projectId: 'p' })).rejects.toBeInstanceOf(ForbiddenException);
  });

  it("properties are taken as JSON.stringify would take them, and the caller's objects left alone", async () => {
    const properties = { at: new Date(0), nothing: undefined, list: [undefined, () => 1], text: 'a\0b' };
    const { event } = await service.log({ ...message, properties });
    expect(event.properties).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null, null], text: 'a\uFFFDb' });
    expect(properties.text).toBe('a\0b');
  });

  it.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a bigint', 1n],
    ['a key with NUL', { 'a\0': 1 }],
  ])('%s is refused instead of storing something else', async (_what, value) => {
    expect((await pointers({ ...message, properties: { value: [value] } }))[0]).toMatch(/^#\/properties\/value\/0/);
  });

  it('a cycle is refused as too deep', async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(await pointers({ ...message, properties: cycle })).toHaveLength(1);
  });

  it('objects that hold each other twice are refused, without walking every way through them', async () => {
    const user: Record<string, unknown> = { name: 'x'.repeat(600) };
    const team: Record<string, unknown> = { [`members of ${'x'.repeat(600)}`]: [user, user] };
    user[`teams of ${'x'.repeat(600)}`] = [team, team];
    expect(await pointers({ ...message, properties: user })).toEqual(['#/properties']);
  });

  it('an object with toJSON() is taken for what that returns', async () => {
    class Money {
      toJSON = () => ({ amount: 5, currency: new String('EUR') });
    }
    expect((await service.log({ ...message, properties: new Money() })).event.properties).toEqual({ amount: 5, currency: 'EUR' });
    expect(await pointers({ ...message, properties: new Date() })).toEqual(['#/properties']);
  });

  it('each field is read once, so that what is checked is what is stored', async () => {
    let reads = 0;
    const userProperties = {
      get id() {
        return reads++ === 0 ? 'user' : { evil: 1 };
      },
    };
    expect((await service.log({ ...message, userProperties })).event.userProperties).toEqual({ id: 'user' });
  });

  it.each([
    [null, '#'],
    [[], '#'],
    [{ ...message, entityType: 'toString' }, '#/entityType'],
    [{ ...message, id: null }, '#/id'],
    [{ ...message, type: 'x'.repeat(256) }, '#/type'],
    [{ ...message, messageId: 'a\u0085b' }, '#/messageId'],
    [{ ...message, projectId: '\ud800' }, '#/projectId'],
    [{ ...message, properties: [] }, '#/properties'],
    [{ ...message, userProperties: { id: 2 ** 53 } }, '#/userProperties/id'],
  ])('%j is refused at %s', async (event, pointer) => {
    expect(await pointers(event)).toEqual([pointer]);
  });

  it('logMany() refuses all for one bad event, and names it', async () => {
    const error = await service
      .logMany([
        { ...message, id: 'many' },
        { ...message, messageId: 5 as unknown as string },
      ])
      .catch((e) => e);
    expect(error.errors).toEqual([{ pointer: '#/1/messageId', detail: 'messageId must be a string' }]);
    expect((await service.log({ ...message, id: 'many' })).replayed).toBe(false);
  });

  it('logMany() resolves to one outcome an event, in order', async () => {
    const events = Array.from({ length: 2_500 }, (_, index) => ({ ...message, id: `n${index}` }));
    const outcomes = await service.logMany([...events, events[7]]);
    expect(outcomes.map(({ event }) => event.id)).toEqual([...events.map(({ id }) => id), 'n7']);
    expect(outcomes.filter(({ replayed }) => replayed)).toHaveLength(1);
  });

  it('logMany() stores the events whose id is free, and names those whose id is taken', async () => {
    await service.log({ ...message, id: 'taken' });
    const other = { ...message, id: 'taken', type: 'another' };
    const error = await service.logMany([{ ...message, id: 'free' }, other, { ...message, id: 'taken' }]).catch((e) => e);
    expect(error).toBeInstanceOf(ConflictException);
    expect(error.errors).toEqual([{ pointer: '#/1/id', detail: 'id is taken by an event with other content' }]);
    expect((await service.log({ ...message, id: 'free' })).replayed).toBe(true);
  });

  it('log() throws a ConflictException where the id is taken by another event, and tells nothing of that', async () => {
    await service.log({ ...message, id: 'secret', properties: { canary: 'canary7f3a' } });
    const error = await service.log({ ...message, id: 'secret' }).catch((e) => e);
    expect(error).toBeInstanceOf(ConflictException);
    expect(JSON.stringify([error, error.getResponse()])).not.toContain('canary');
    expect(error.errors).toBeUndefined();
  });

  it('log() resolves to an event that is replayed with the time of the first, and no more than was sent', async () => {
    const first = await service.log({ ...message, id: 'again', createdAt: '2026-01-02T03:04:05Z' });
    const again = await service.log({ ...message, id: 'again', createdAt: '2026-02-03T04:05:06Z' });
    expect(again).toEqual({ event: first.event, replayed: true });
    expect(Object.keys(again.event)).not.toEqual(expect.arrayContaining(['contentDigest']));
  });

  it('a refusal says 422 in one sentence, counting the other errors', async () => {
    const error = await refusal({ entityType: 'message' });
    expect(error.getStatus()).toBe(422);
    expect(error.message).toMatch(/^\w+ must be a string \(and 1 more error\)$/);
  });
});

describe('parseRfc3339', () => {
  it('parseRfc3339 agrees with Date on every time that Date can write', () => {
    const inRange = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(fc.property(inRange, (date) => parseRfc3339(date.toISOString()) === date.getTime()));
  });

  it('parseRfc3339 takes the offset from the time', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(offset, ([sign, hours, minutes]) => {
        const text = `2024-02-29T12:00:00.5${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const shift = (hours * 60 + minutes) * 60_000 * (sign === '-' ? -1 : 1);
        return parseRfc3339(text) === Date.parse('2024-02-29T12:00:00.500Z') - shift;
      }),
    );
  });

  it.each([
    '2023-02-29T00:00:00Z',
    '2024-02-30T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '2024-01-01T00:00Z',
    '2024-01-01T00:00:00+0100',
    '0000-12-31T23:59:59Z',
    '9999-12-31T23:59:59-00:01',
    `2024-01-01T00:00:00.${'0'.repeat(50)}Z`,
  ])('parseRfc3339 refuses %s', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });
});
