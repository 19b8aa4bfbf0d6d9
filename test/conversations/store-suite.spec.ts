import {
  type ConversationOutcome,
  type ConversationScope,
  ConversationStore,
  type ConversationWrite,
  InMemoryConversationStore,
  type StoredFeedback,
} from 'nestjs-event-log';
import { describeConversationStore } from 'nestjs-event-log/testing';

/** The rules that a store breaks, by what the suite says. */
async function faultsOf(create: () => ConversationStore): Promise<string[]> {
  const tests: (() => Promise<void>)[] = [];
  const it = (_title: string, run: () => Promise<void>) => void tests.push(run);
  describeConversationStore('store', { create }, { describe: (_name, define) => define(), it, expect });
  const outcomes = await Promise.allSettled(tests.map((run) => run()));
  return outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : []));
}

class Trusting extends InMemoryConversationStore {
  override save(write: ConversationWrite): Promise<ConversationOutcome> {
    return super.save({ ...write, mayChange: true });
  }
}

class Doubling extends InMemoryConversationStore {
  override save(write: ConversationWrite): Promise<ConversationOutcome> {
    return super.save({ ...write, firstKey: write.sentId === null ? null : write.firstKey });
  }
}

class Untied extends InMemoryConversationStore {
  override save(write: ConversationWrite): Promise<ConversationOutcome> {
    return super.save({ ...write, originKey: null });
  }
}

class Boundless extends InMemoryConversationStore {
  override save(write: ConversationWrite): Promise<ConversationOutcome> {
    return super.save({ ...write, maxMessages: 1_000_000, maxBytes: 1e12 });
  }
}

class Indiscreet extends InMemoryConversationStore {
  override find(id: string, _scope: ConversationScope) {
    return super.find(id, {});
  }
}

class Forgetful extends InMemoryConversationStore {
  override async erase(id: string, scope: ConversationScope): Promise<boolean> {
    const isThere = (await this.find(id, scope)) !== undefined;
    if (isThere) await super.purge(new Date('9999-01-01'), 1_000, { exceptProjects: [] });
    return isThere;
  }
}

class Latest extends InMemoryConversationStore {
  override rate(feedback: StoredFeedback): Promise<void> {
    return super.rate({ ...feedback, updatedAt: '9999-01-01T00:00:00.000Z' });
  }
}

class Hoarding extends InMemoryConversationStore {
  override async purge() {
    return { conversations: 0, isDone: true };
  }
}

class Sweeping extends InMemoryConversationStore {
  override purge(before: Date, limit: number) {
    return super.purge(before, limit, { exceptProjects: [] });
  }
}

it('a store that keeps all rules passes', async () => {
  expect(await faultsOf(() => new InMemoryConversationStore())).toEqual([]);
});

it.each<[new () => ConversationStore, string]>([
  [Trusting, 'save() must replace texts and visibility only with `mayChange`'],
  [Doubling, 'save() must make one conversation of all that have the same `firstKey`'],
  [Untied, 'save() must note the conversation of `originKey` as the origin of a new one'],
  [Boundless, "save() must resolve to 'full'"],
  [Indiscreet, 'find() and findByExternalId() must give what is of the scope'],
  [Forgetful, "save() must resolve to 'erased' for a conversation that was erased"],
  [Latest, 'rate() must replace feedback of the same id by what was received no earlier'],
  [Hoarding, 'purge() must forget by `updatedAt`'],
  [Sweeping, 'purge() and countOld() must leave alone what is of other projects'],
])('a store that is %p fails, and the rule is told', async (Store, rule) => {
  expect(await faultsOf(() => new Store())).toContainEqual(expect.stringContaining(rule));
});
