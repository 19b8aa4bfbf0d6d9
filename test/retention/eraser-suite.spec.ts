import { type EventKey, InMemoryEventEraser, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventEraser } from 'nestjs-event-log/testing';

/** The titles of the tests that an eraser fails. */
async function failuresOf(Eraser: new (repository: InMemoryEventRepository) => InMemoryEventEraser): Promise<string[]> {
  const tests = new Map<string, () => Promise<void>>();
  const create = () => {
    const repository = new InMemoryEventRepository();
    return { repository, feed: new InMemoryEventFeed(repository), eraser: new Eraser(repository) };
  };
  describeEventEraser(
    'eraser',
    { create, createAnother: (first) => first },
    { describe: (_name, define) => define(), it: (title, run) => void tests.set(title, run), expect },
  );
  const failures: string[] = [];
  for (const [title, run] of tests) await run().catch(() => failures.push(title));
  return failures;
}

const COUNTS = 'removes the events with these keys, and tells how many there were';

it('an eraser that removes what it is given passes every test', async () => {
  expect(await failuresOf(InMemoryEventEraser)).toEqual([]);
});

it.each([
  [
    'removes nothing',
    COUNTS,
    class extends InMemoryEventEraser {
      override purge = () => Promise.resolve(0);
    },
  ],
  [
    'counts what it is given',
    COUNTS,
    class extends InMemoryEventEraser {
      override async purge(keys: readonly EventKey[]): Promise<number> {
        await super.purge(keys);
        return keys.length;
      }
    },
  ],
  [
    'takes no notice of the time of receipt',
    'leaves an event that was received after the time that is given',
    class extends InMemoryEventEraser {
      override purge(keys: readonly EventKey[]): Promise<number> {
        return super.purge(keys);
      }
    },
  ],
  [
    'takes no notice of projects',
    'tells an event of no project from those of projects',
    class extends InMemoryEventEraser {
      override purge(keys: readonly EventKey[]): Promise<number> {
        return super.purge(keys.flatMap(({ id }) => [null, 'null', '='].map((projectId) => ({ id, projectId }))));
      }
    },
  ],
  [
    'takes no notice of spaces at the end',
    'compares ids byte for byte',
    class extends InMemoryEventEraser {
      override purge(keys: readonly EventKey[]): Promise<number> {
        return super.purge(keys.flatMap((key) => [key, { ...key, id: `${key.id} ` }]));
      }
    },
  ],
  [
    'removes some hundreds alone',
    'removes 1,000 events at once',
    class extends InMemoryEventEraser {
      override purge(keys: readonly EventKey[]): Promise<number> {
        return super.purge(keys.slice(0, 500));
      }
    },
  ],
])('an eraser that %s is found', async (_fault, title, Eraser) => {
  expect(await failuresOf(Eraser)).toContain(title);
});
