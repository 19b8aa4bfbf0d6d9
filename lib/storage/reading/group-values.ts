import type { JsonValue, StoredEvent } from '../../events/event.interface.js';
import { aggregateValue } from './aggregate-value.js';
import type { Expression, TimeExpression } from './event-query.interface.js';
import { operandValue } from './operand-value.js';
import { timeBuckets } from './time-buckets.js';

/** Groups events, and evaluates expressions for the groups. */
export class GroupValues {
  private readonly buckets = new Map<string, readonly string[]>();

  constructor(private readonly events: readonly StoredEvent[]) {}

  /** Each event alone where there is no `groupBy`, and all together where that is empty. */
  groupsBy(groupBy?: readonly Expression[]): StoredEvent[][] {
    if (groupBy === undefined) return this.events.map((event) => [event]);
    if (groupBy.length === 0) return [[...this.events]];
    const groups = new Map<string, StoredEvent[]>();
    for (const event of this.events) {
      const key = JSON.stringify(groupBy.map((expression) => this.of(expression, [event])));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [event]);
      else group.push(event);
    }
    return [...groups.values()];
  }

  /** What all events of a group have of what it was grouped by, or an aggregate of them. */
  of(expression: Expression, group: readonly StoredEvent[]): JsonValue {
    if (expression.kind === 'aggregate') return aggregateValue(expression, group);
    const [event] = group;
    if (expression.kind === 'field') return operandValue(expression.operand, event);
    return lastUpTo(event.createdAt, this.bucketsOf(expression));
  }

  private bucketsOf({ unit, timezone }: TimeExpression): readonly string[] {
    const key = `${unit} ${timezone}`;
    const known = this.buckets.get(key);
    if (known !== undefined) return known;
    const times = this.events.map(({ createdAt }) => createdAt).sort();
    const buckets = timeBuckets(times[0], times[times.length - 1], unit, timezone);
    this.buckets.set(key, buckets);
    return buckets;
  }
}

/** The last of texts in ascending order that is not after a text. The first one never is. */
function lastUpTo(text: string, texts: readonly string[]): string {
  let [low, high] = [0, texts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (texts[middle] <= text) low = middle;
    else high = middle;
  }
  return texts[low];
}
