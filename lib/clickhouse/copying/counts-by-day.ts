import { LAST_TIME } from '../../events/validation/rfc3339.js';
import type { EventReader } from '../../storage/event-reader.js';
import type { Condition, EventQuery, QueryRow } from '../../storage/reading/event-query.interface.js';
import { tookTooLong } from '../../storage/reading/query-refusal.js';

const DAY_MS = 86_400_000;
/** Fewer than the days that a query may be of. */
const WINDOW_DAYS = 9_000;
const WINDOW_MS = WINDOW_DAYS * DAY_MS;
const DAY = { kind: 'time', unit: 'day', timezone: 'UTC' } as const;
const COUNT = { kind: 'aggregate', aggregate: 'count' } as const;
const CREATED_AT = { field: 'createdAt' } as const;
const TIME = { kind: 'field', operand: CREATED_AT } as const;

/**
 * How many events of each day a reader has: in windows of days, each from the first event after the one before, as clients may
 * give events any time.
 */
export async function countsByDay(reader: EventReader, timeoutMs: number): Promise<Map<string, number>> {
  const deadline = performance.now() + timeoutMs;
  const ask = async (query: Omit<EventQuery, 'scope' | 'counted'>): Promise<readonly QueryRow[]> => {
    const left = Math.ceil(deadline - performance.now());
    if (left <= 0) throw tookTooLong(timeoutMs);
    return (await reader.query({ ...query, scope: {}, counted: false }, { timeoutMs: left })).rows;
  };
  const counts = new Map<string, number>();
  for (let where: Condition = { and: [] }; ;) {
    const [first] = await ask({ where, select: [TIME], orderBy: [{ by: TIME, direction: 'asc' }], limit: 1 });
    if (first === undefined) return counts;
    const { from, to } = windowFrom(String(first[0]));
    const within = { and: [isCreated('gte', from), isCreated('lte', to)] };
    const days = await ask({ where: within, select: [DAY, COUNT], groupBy: [DAY], orderBy: [], limit: WINDOW_DAYS });
    for (const [day, events] of days) counts.set(String(day).slice(0, 10), Number(events));
    where = isCreated('gt', to);
  }
}

/** Of whole days, so that each is counted once. */
function windowFrom(first: string): { from: string; to: string } {
  const start = Math.floor(Date.parse(first) / DAY_MS) * DAY_MS;
  const end = Math.min(start + WINDOW_MS - 1, LAST_TIME);
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

function isCreated(operator: 'gt' | 'gte' | 'lte', value: string): Condition {
  return { operand: CREATED_AT, operator, value };
}
