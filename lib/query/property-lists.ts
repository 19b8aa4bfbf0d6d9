import type { ModuleRef } from '@nestjs/core';
import { ConversationStore } from '../storage/conversations/conversation.store.js';
import { providedIn } from '../storage/provided-in.js';
import type { EventQuery, KeyCount, KeyQuery } from '../storage/reading/event-query.interface.js';
import { compareCodePoints } from '../storage/reading/code-point-order.js';
import type { BoundedReader } from './bounded-reader.js';
import { conversationScope } from './conversation-scope.js';
import type { PropertyQuestion } from './grammar/properties.parser.js';
import type { QueryView } from './grammar/views/query-view.interface.js';
import type { PropertyList } from './query-answer.interface.js';
import { wireText } from './wire-row.js';

type Ask<Query> = (view: QueryView, query: Query) => Promise<readonly KeyCount[]>;

/** Lists keys and values of events, and of conversations and feedback where the host keeps them; elsewhere there are none. */
export class PropertyLists {
  constructor(
    private readonly reader: BoundedReader,
    private readonly modules: ModuleRef,
    private readonly signal?: AbortSignal,
  ) {}

  keys(question: PropertyQuestion<KeyQuery>): Promise<PropertyList> {
    return listOf(question, async ({ records }, query) => {
      if (records === 'events') return this.reader.keys(query, this.signal);
      const scope = conversationScope(query.scope);
      const store = this.store();
      if (store?.keys === undefined) return [];
      return this.reader.run(`keys ${records}`, (options) => store.keys!(records, { ...query, scope }, options), this.signal);
    });
  }

  values(question: PropertyQuestion<EventQuery>): Promise<PropertyList> {
    return listOf(question, async (view, query) => {
      const rows = await this.rows(view, query);
      return rows.map(([value, count]) => ({ key: wireText(value), count: Number(count) }));
    });
  }

  private async rows({ records }: QueryView, query: EventQuery) {
    if (records === 'events') return (await this.reader.query(query, this.signal)).rows;
    const scope = conversationScope(query.scope);
    const store = this.store();
    if (store?.query === undefined) return [];
    const read = this.reader.run(
      `query ${records}`,
      (options) => store.query!(records, { ...query, scope }, options),
      this.signal,
    );
    return (await read).rows;
  }

  private store(): ConversationStore | undefined {
    return providedIn(this.modules, ConversationStore);
  }
}

/** Of one view as it is answered; of several, what they have in common counts together. */
async function listOf<Query>({ limit, asked }: PropertyQuestion<Query>, ask: Ask<Query>): Promise<PropertyList> {
  const lists: (readonly KeyCount[])[] = [];
  for (const { view, query } of asked) lists.push(await ask(view, query));
  const found = lists.length === 1 ? lists[0] : sumOf(lists.flat()).slice(0, limit);
  return { results: found.map(({ key }) => key), counts: found.map(({ count }) => count) };
}

function sumOf(all: readonly KeyCount[]): KeyCount[] {
  const counts = new Map<string, number>();
  for (const { key, count } of all) counts.set(key, (counts.get(key) ?? 0) + count);
  const sums = [...counts].map(([key, count]) => ({ key, count }));
  return sums.toSorted((a, b) => b.count - a.count || compareCodePoints(a.key, b.key));
}
