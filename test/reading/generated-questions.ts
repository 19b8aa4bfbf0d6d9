import fc from 'fast-check';
import type {
  Comparison,
  Condition,
  EventQuery,
  Expression,
  FieldExpression,
  Operand,
  TextField,
} from '../../lib/storage/reading/event-query.interface.js';
import type { JsonObject, JsonValue } from '../../lib/events/event.interface.js';

const TEXT_FIELDS: readonly TextField[] = [
  ...(['id', 'entityType', 'type', 'messageId', 'conversationId', 'searchQuery'] as const),
  ...(['projectId', 'integrationId', 'organizationId', 'userKey'] as const),
];

/** Questions in which every text is one of `texts`, and every time one of `times`. */
export class GeneratedQuestions {
  readonly text: fc.Arbitrary<string>;
  private readonly time: fc.Arbitrary<string>;
  private readonly json: fc.Arbitrary<JsonValue>;

  constructor(
    texts: readonly string[],
    times: readonly string[],
    private readonly textFields = TEXT_FIELDS,
  ) {
    this.text = fc.constantFrom(...texts);
    this.time = fc.constantFrom(...times);
    const scalar = fc.oneof(this.text, fc.constantFrom(0, 1, -1, 2.5, 1e21), fc.boolean(), fc.constant(null));
    this.json = fc.oneof(
      { weight: 3, arbitrary: scalar },
      fc.array(scalar, { maxLength: 2 }),
      fc.dictionary(this.text, scalar, { maxKeys: 2 }),
      fc.array(fc.dictionary(this.text, scalar, { maxKeys: 2 }), { maxLength: 2 }),
      fc.dictionary(this.text, fc.array(scalar, { maxLength: 2 }), { maxKeys: 2 }),
    );
  }

  document(): fc.Arbitrary<JsonObject | null> {
    return fc.option(fc.dictionary(this.text, this.json, { maxKeys: 4 }), { freq: 5 });
  }

  condition(depth = 2): fc.Arbitrary<Condition> {
    if (depth === 0) return this.comparison();
    const inner = fc.array(this.condition(depth - 1), { maxLength: 3 });
    return fc.oneof(
      { weight: 2, arbitrary: this.comparison() },
      inner.map((and) => ({ and })),
      inner.map((or) => ({ or })),
      this.condition(depth - 1).map((not) => ({ not })),
    );
  }

  query(): fc.Arbitrary<Pick<EventQuery, 'select' | 'groupBy' | 'orderBy'>> {
    return fc.oneof(this.rows(), this.groups());
  }

  operand(): fc.Arbitrary<Operand> {
    return fc.oneof(
      fc.constantFrom(...this.textFields).map((field) => ({ field })),
      this.path(),
    );
  }

  private path(): fc.Arbitrary<Extract<Operand, { path: unknown }>> {
    const field = fc.constantFrom('properties' as const, 'userProperties' as const, 'fields' as const);
    return fc.record({ field, path: fc.array(this.text, { maxLength: 2 }) });
  }

  private comparison(): fc.Arbitrary<Condition> {
    const limit = fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const);
    const ofTexts: fc.Arbitrary<Comparison> = fc.oneof(
      fc.record({ operator: fc.constant('in' as const), values: fc.array(this.text, { maxLength: 3 }) }),
      fc.record({ operator: limit, value: this.text }),
      fc.constant({ operator: 'isNull' as const }),
      fc.record({ operator: fc.constantFrom('contains' as const, 'startsWith' as const), value: this.text }),
    );
    const ofTimes: fc.Arbitrary<Comparison> = fc.oneof(
      fc.record({ operator: fc.constant('in' as const), values: fc.array(this.time, { maxLength: 3 }) }),
      fc.record({ operator: limit, value: this.time }),
    );
    return fc.oneof(
      fc
        .tuple(fc.constantFrom(...this.textFields), ofTexts)
        .map(([field, comparison]) => ({ operand: { field }, ...comparison })),
      ofTimes.map((comparison) => ({ operand: { field: 'createdAt' as const }, ...comparison })),
      fc.tuple(this.path(), fc.oneof(ofTexts, this.structure())).map(([operand, comparison]) => ({ operand, ...comparison })),
    );
  }

  private structure(): fc.Arbitrary<Comparison> {
    const values = fc.array(this.json, { maxLength: 3 });
    const value = this.json;
    return fc.oneof(
      fc.record({ operator: fc.constant('in' as const), values }),
      fc.record({ operator: fc.constantFrom('gt' as const, 'lte' as const), value: fc.constantFrom(0, 1, 2.5) }),
      fc.record({ operator: fc.constant('arrayContains' as const), values }),
      fc.record({ operator: fc.constantFrom('jsonContains' as const, 'jsonContainedBy' as const), value }),
      fc.record({
        operator: fc.constant('hasKeys' as const),
        keys: fc.array(this.text, { maxLength: 3 }),
        quantifier: fc.constantFrom('all' as const, 'any' as const),
      }),
      fc.record({
        operator: fc.constant('arrayContainsObject' as const),
        value: fc.dictionary(this.text, this.json, { maxKeys: 2 }),
      }),
    );
  }

  private rows(): fc.Arbitrary<Pick<EventQuery, 'select' | 'groupBy' | 'orderBy'>> {
    return fc.record({ select: fc.array(this.field(), { maxLength: 4 }), orderBy: this.orders(this.field()) });
  }

  private groups(): fc.Arbitrary<Pick<EventQuery, 'select' | 'groupBy' | 'orderBy'>> {
    const by = fc.oneof(
      this.field(),
      fc.record({
        kind: fc.constant('time' as const),
        unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        timezone: fc.constantFrom('UTC', 'America/New_York'),
      }),
    );
    return fc.array(by, { maxLength: 2 }).chain((groupBy) => {
      const expression: fc.Arbitrary<Expression> =
        groupBy.length === 0 ? this.aggregate() : fc.oneof(this.aggregate(), fc.constantFrom(...groupBy));
      const select = fc.array(expression, { minLength: 1, maxLength: 4 });
      return fc.record({ groupBy: fc.constant(groupBy), select, orderBy: this.orders(expression) });
    });
  }

  private field(): fc.Arbitrary<FieldExpression> {
    return fc.oneof(this.operand(), fc.constant({ field: 'createdAt' as const })).map((operand) => ({ kind: 'field', operand }));
  }

  private aggregate(): fc.Arbitrary<Expression> {
    const count = fc.record({
      kind: fc.constant('aggregate' as const),
      aggregate: fc.constantFrom('count' as const, 'countDistinct' as const),
      operand: this.operand(),
    });
    const ofNumbers = fc.record({
      kind: fc.constant('aggregate' as const),
      aggregate: fc.constantFrom('min' as const, 'max' as const, 'sum' as const),
      operand: this.path(),
    });
    return fc.oneof(fc.constant({ kind: 'aggregate' as const, aggregate: 'count' as const }), count, ofNumbers);
  }

  private orders(by: fc.Arbitrary<Expression>): fc.Arbitrary<EventQuery['orderBy']> {
    return fc.array(fc.record({ by, direction: fc.constantFrom('asc' as const, 'desc' as const) }), { maxLength: 2 });
  }
}
