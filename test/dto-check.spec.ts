import fc from 'fast-check';
import { DtoCheck } from '../lib/events/validation/dto-check.js';
import { CONTRACT_ENTITY_TYPES } from '../lib/events/entity-types/contract-entity-types.js';
import { OrderEventDto } from './fixtures/order-event.dto.js';
import { FieldErrors } from '../lib/events/validation/field-errors.js';
import { UserPropertiesDto } from '../lib/events/entity-types/user-properties.dto.js';

const FIELDS = [
  ...['type', 'id', 'createdAt', 'projectId', 'integrationId', 'properties', 'userProperties'],
  ...['messageId', 'conversationId', 'searchQuery'],
  ...['userId', 'identificationType', 'supportAgentName', 'supportAgentEmail', 'userType', 'unknown', '__proto__', 'constructor'],
];

/** Values of which about half are fit for a field: the verdict is to differ from case to case. */
const values = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  { weight: 3, arbitrary: fc.string({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  fc.constantFrom(
    '',
    '2026-02-30T00:00:00Z',
    '2026-01-02T03:04:05+01:00',
    '\0',
    '\ud800',
    'x'.repeat(255),
    'x'.repeat(256),
    '😀'.repeat(256),
  ),
  fc.constantFrom(null, undefined, true, 0, -1.5, 2 ** 53, Number.NaN),
  fc.oneof(fc.object(), fc.array(fc.anything()), fc.anything()),
);

const inputs = fc
  .uniqueArray(fc.constantFrom(...FIELDS), { maxLength: FIELDS.length })
  .chain((fields) => fc.tuple(...fields.map((field) => fc.tuple(fc.constant(field), values))))
  .map((entries) => Object.fromEntries(entries));

describe.each([...CONTRACT_ENTITY_TYPES.map((dto) => [dto.name, dto] as const), ['user properties', UserPropertiesDto] as const])(
  'the compiled rules of %s',
  (_name, dto) => {
    const check = new DtoCheck<object>(dto);

    const validate = (input: object) => {
      const errors = new FieldErrors();
      const instance = check.instantiate(input, errors)!;
      check.judge(instance, errors);
      return errors.list.length === 0 ? { ...instance } : undefined;
    };
    const tryFast = (input: object) => {
      const instance = check.instantiate(input, new FieldErrors())!;
      return check.accepts(instance) ? { ...instance } : undefined;
    };

    it('compiled rules accept what class-validator accepts, with the same fields, and nothing else', () => {
      let accepted = 0;
      fc.assert(
        fc.property(inputs, (input) => {
          const validated = validate(input);
          if (validated) accepted++;
          expect(tryFast(input)).toEqual(validated);
        }),
        { numRuns: 3_000 },
      );
      expect(accepted).toBeGreaterThan(0);
    });

    it('compiled rules agree with class-validator on an event with one field changed to anything', () => {
      const good = {
        ...{ type: 't', messageId: 'm', conversationId: 'c', searchQuery: '', id: 'i', createdAt: '2026-01-02T03:04:05Z' },
        ...{ projectId: null, properties: {}, userId: 7, userType: 'admin' },
      };
      fc.assert(
        fc.property(fc.constantFrom(...FIELDS), values, (field, value) => {
          const input = { ...good, [field]: value };
          expect(tryFast(input)).toEqual(validate(input));
        }),
        { numRuns: 3_000 },
      );
    });
  },
);

describe('the compiled rules of a class with nested ones', () => {
  const item = fc.oneof(
    { weight: 5, arbitrary: fc.record({ sku: fc.string(), quantity: fc.integer({ min: 1 }) }, { requiredKeys: [] }) },
    { weight: 5, arbitrary: fc.record({ sku: fc.string(), quantity: fc.integer({ min: 1, max: 9 }) }) },
    fc.anything(),
  );
  const orders = fc.record(
    {
      orderId: fc.oneof(fc.uuid(), fc.string()),
      totalCents: fc.oneof(fc.nat(), fc.integer()),
      items: fc.oneof(fc.array(item, { maxLength: 4 }), item, fc.array(fc.array(item, { maxLength: 2 }), { maxLength: 2 })),
      tags: fc.oneof(fc.array(fc.string()), fc.array(fc.anything())),
      shippedAt: fc.oneof(fc.date().map(String), fc.string(), fc.constant(null)),
      channel: fc.constantFrom('web', 'shop', 'fax', null),
    },
    { requiredKeys: ['orderId', 'totalCents'] },
  );

  it('they accept what class-validator accepts, and nothing else', () => {
    const check = new DtoCheck<object>(OrderEventDto);
    let accepted = 0;
    fc.assert(
      fc.property(orders, (order) => {
        const errors = new FieldErrors();
        const instance = check.instantiate({ type: 't', ...order }, errors);
        if (instance === undefined) return;
        check.judge(instance, errors);
        if (errors.list.length === 0) accepted++;
        expect(check.accepts(instance)).toBe(errors.list.length === 0);
      }),
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
