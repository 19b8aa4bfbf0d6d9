import { ConflictException, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { EventLogModule, EventLogService, type EventInput, type LogOutcome, type StoredEvent } from 'nestjs-event-log';
import { EventEntity, typeOrmStorage } from 'nestjs-event-log/typeorm';
import { dataSourceOptions } from './utils/databases.js';
import { describeEngines } from './utils/describe-engines.js';
import { newEvent } from './utils/events.js';

Logger.overrideLogger(false);

const anyUnit = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  fc.constantFrom('\0', '\uD800', '\uDC00', '\uFFFD', '\\', '"', "'", '`', '\n', '\u2028', '?', '$1', ':id', '%', '=', ' '),
);
const anyText = fc.string({ unit: anyUnit, maxLength: 40 });
const UNFIT = /[\p{Cc}\p{Cs}]/gu;
const shortText = anyText.map((text) => text.replaceAll(UNFIT, '·'));
const longText = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.integer({ min: 1, max: 255 }));
const name = fc.oneof(
  shortText,
  longText.map(([unit, count]) => [...unit.replaceAll(UNFIT, '·').repeat(count)].slice(0, 255).join('')),
);
const key = fc.oneof(
  anyText.map((text) => text.toWellFormed().replaceAll('\0', '·')),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'length', '', '0', '10', '2'),
);
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger());

// As JSON.parse() makes it: an own key __proto__ among others.
const { json } = fc.letrec<{ json: string }>((tie) => {
  const list = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 5 });
  const scalar = fc.oneof(anyText, number, fc.boolean(), fc.constant(null)).map((value) => JSON.stringify(value));
  const member = fc.tuple(key, tie('json')).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return {
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      list(member).map((members) => `{${members.join()}}`),
      list(tie('json')).map((items) => `[${items.join()}]`),
    ),
  };
});
const jsonObject = fc.array(fc.tuple(key, json), { maxLength: 6 }).map((members) => {
  const text = members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join();
  return JSON.parse(`{${text}}`) as Record<string, unknown>;
});

const KNOWN = ['id', 'userId', 'identificationType', 'supportAgentName', 'supportAgentEmail', 'userType'];
const userProperties = jsonObject.chain((others) =>
  fc
    .record(
      {
        id: fc.oneof(anyText, fc.maxSafeInteger(), fc.constant(null)),
        userId: fc.oneof(anyText, fc.double({ noNaN: true, min: -1e15, max: 1e15 }), fc.constant(null)),
        userType: fc.option(anyText),
      },
      { requiredKeys: [] },
    )
    .map((known) => {
      for (const field of KNOWN) delete others[field];
      return Object.assign(others, known);
    }),
);

const createdAt = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .chain((date) =>
    fc
      .constantFrom('Z', 'z', '+00:00', '+05:30', '-11:45', '+23:59')
      .map((zone) => ({ date: date.toISOString().slice(0, 23), zone })),
  );

const entity = fc.oneof(
  fc.record({ entityType: fc.constant('message'), messageId: name }),
  fc.record({ entityType: fc.constant('conversation'), conversationId: name }),
  fc.record({ entityType: fc.constant('search'), searchQuery: anyText }),
);

const event = fc
  .tuple(
    entity,
    fc.record(
      {
        type: name,
        id: name.filter((id) => id !== ''),
        projectId: fc.option(name),
        integrationId: fc.option(name),
        properties: fc.option(jsonObject),
        userProperties: fc.option(userProperties),
        createdAt,
      },
      { requiredKeys: ['type'] },
    ),
  )
  .map(([about, { createdAt, ...fields }]) => ({
    ...about,
    ...fields,
    ...(createdAt && { createdAt: createdAt.date + createdAt.zone }),
  })) as fc.Arbitrary<EventInput>;

/** What the contract says becomes of texts in values: no NUL and no lone surrogate. */
const cleaned = (value: unknown): unknown =>
  value === undefined
    ? null
    : JSON.parse(JSON.stringify(value), (_key, text) =>
        typeof text === 'string' ? text.toWellFormed().replaceAll('\0', '\uFFFD') : text,
      );

const text = (value: unknown) => JSON.stringify(value);

describeEngines('An event that is logged', (engine) => {
  let service: EventLogService;
  let dataSource: DataSource;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(dataSourceOptions(engine.url)),
        EventLogModule.forRoot({
          apiKeys: [{ id: 'site', key: 'key-of-the-site', scopes: ['events:write'] }],
          storage: typeOrmStorage(),
        }),
      ],
    }).compile();
    const app = await module.createNestApplication({ logger: false }).init();
    service = app.get(EventLogService);
    dataSource = app.get(DataSource);
    close = () => app.close();
  });

  afterAll(() => close?.());

  const asEntity = (event: StoredEvent) => ({
    messageId: null,
    conversationId: null,
    searchQuery: null,
    fields: null,
    ...event,
    projectKey: event.projectId === null ? '' : `=${event.projectId}`,
    createdAt: new Date(event.createdAt),
  });

  const sorted = (fields: object) => text(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))));

  /** What was answered stands in the table, and is answered again. */
  async function expectStored({ event }: LogOutcome) {
    const replay = await service.log({ ...event, createdAt: null });
    expect(replay.replayed).toBe(true);
    expectSame(replay.event, event);
    const { projectKey } = asEntity(event);
    await expect(service.log(newEvent({ type: 'another', ...idOf(event) }))).rejects.toBeInstanceOf(ConflictException);
    const { receivedAt, ...stored } = await dataSource.getRepository(EventEntity).findOneByOrFail({ projectKey, id: event.id });
    // mysql2 reads the years 1 to 99 as others.
    if (engine.name === 'MySQL or MariaDB' && event.createdAt < '0101') stored.createdAt = new Date(event.createdAt);
    expect(receivedAt).toBeInstanceOf(Date);
    expectSame(stored, asEntity(event));
  }

  // Of 2 MiB, a matcher would print the difference for minutes.
  function expectSame(actual: object, expected: object) {
    const [a, b] = [sorted(actual), sorted(expected)];
    if (b.length < 10_000) expect(a).toBe(b);
    else expect(a === b).toBe(true);
  }

  const idOf = ({ id, projectId }: StoredEvent) => ({ id, projectId });

  it('an event is answered, replayed and read back as it was sent', async () => {
    await fc.assert(
      fc.asyncProperty(event, async (input) => {
        const projectId = input.id === undefined ? input.projectId : randomUUID(); // ids come again while shrinking
        const outcome = await service.log({ ...input, projectId });
        const stored = outcome.event;
        expect(outcome.replayed).toBe(false);
        expect(sorted(stored)).toBe(
          sorted({
            ...(cleaned(input) as object),
            id: input.id ?? stored.id,
            projectId: projectId ?? null,
            integrationId: input.integrationId ?? null,
            properties: cleaned(input.properties),
            userProperties: cleaned(input.userProperties),
            createdAt: input.createdAt ? new Date(input.createdAt.toUpperCase()).toISOString() : stored.createdAt,
          }),
        );
        await expectStored(outcome);
      }),
      { numRuns: 80 },
    );
  });

  it('an event is answered, replayed and read back with its project, whatever that is called', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(name), async (projectId) => {
        const outcome = await service.log(newEvent({ id: randomUUID(), projectId }));
        expect(outcome).toMatchObject({ replayed: false, event: { projectId } });
        await expectStored(outcome);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['one text', { text: 'x'.repeat(2_000_000) }],
    ['many keys', Object.fromEntries(Array.from({ length: 118_000 }, (_, n) => [`k${n}`, n]))],
    ['keys like integers', Object.fromEntries(Array.from({ length: 118_000 }, (_, n) => [n * 7, n]))],
    ['characters that JSON and SQL escape', { text: `"'\\`.repeat(350_000) }],
    ['control characters', { text: '\u0001'.repeat(340_000) }],
    ['emoji', { text: '😀'.repeat(500_000) }],
  ])('an event is kept whole with 2 MiB of %s', async (_what, properties) => {
    const outcome = await service.log(newEvent({ properties }));
    expect(text(outcome.event.properties) === text(properties)).toBe(true);
    await expectStored(outcome);
  });

  it('events of 2 MiB whose characters are escaped twice are stored together', async () => {
    const properties = { text: '\u0001'.repeat(340_000) };
    const inputs = Array.from({ length: 12 }, () => newEvent({ properties }));
    const outcomes = await service.logMany(inputs);
    for (const outcome of outcomes) await expectStored(outcome);
  });
});
