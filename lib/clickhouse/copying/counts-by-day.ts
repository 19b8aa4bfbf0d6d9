import type { EventReader } from '../../storage/event-reader.js';
import type { EventQuery, Keyset } from '../../storage/reading/event-query.interface.js';

const DAY = { kind: 'time', unit: 'day', timezone: 'UTC' } as const;

/** How many events of each day a reader has. */
export async function countsByDay(reader: EventReader, timeoutMs: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let after: Keyset | null | undefined; after !== null;) {
    const query: EventQuery = {
      scope: {},
      where: { and: [] },
      select: [DAY, { kind: 'aggregate', aggregate: 'count' }],
      groupBy: [DAY],
      orderBy: [],
      limit: 1_000,
      after,
      counted: false,
    };
    const { rows, next } = await reader.query(query, { timeoutMs });
    for (const [day, count] of rows) counts.set(String(day).slice(0, 10), Number(count));
    after = next;
  }
  return counts;
}
