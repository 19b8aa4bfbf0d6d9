import { ServiceUnavailableException } from '@nestjs/common';
import { type FeedPage, type FeedPosition, InMemoryEventFeed, InMemoryEventRepository } from 'nestjs-event-log';
import { describeEventFeed } from 'nestjs-event-log/testing';

const MANY = 'misses and repeats nothing while many write';

/** What the contract's test of many writers says of a feed. */
async function contractOf(create: (repository: InMemoryEventRepository) => InMemoryEventFeed): Promise<void> {
  const tests = new Map<string, () => Promise<void>>();
  const store = () => {
    const repository = new InMemoryEventRepository();
    return { repository, feed: create(repository) };
  };
  describeEventFeed(
    'a feed',
    { create: store },
    {
      describe: (_name, define) => define(),
      it: (title, run) => void tests.set(title, run),
      expect,
    },
  );
  await tests.get(MANY)!();
}

/** Leaves one record out. */
class LosingFeed extends InMemoryEventFeed {
  private hasLost = false;

  override async read(after: FeedPosition, limit: number): Promise<FeedPage> {
    const page = await super.read(after, limit);
    if (this.hasLost || page.records.length < 2) return page;
    this.hasLost = true;
    return { ...page, records: page.records.slice(1) };
  }
}

/** Gives one record twice. */
class RepeatingFeed extends InMemoryEventFeed {
  private hasRepeated = false;

  override async read(after: FeedPosition, limit: number): Promise<FeedPage> {
    const page = await super.read(after, limit);
    if (this.hasRepeated || page.records.length < 2) return page;
    this.hasRepeated = true;
    return { ...page, position: page.records.at(-2)!.position };
  }
}

/** Fails every other time. */
class UnsteadyFeed extends InMemoryEventFeed {
  private reads = 0;

  constructor(
    repository: InMemoryEventRepository,
    private readonly failure: () => Error,
  ) {
    super(repository);
  }

  override read(after: FeedPosition, limit: number): Promise<FeedPage> {
    return this.reads++ % 2 === 0 ? Promise.reject(this.failure()) : super.read(after, limit);
  }
}

describe('The contract of feeds', () => {
  it('finds a feed that misses a record while many write', async () => {
    await expect(contractOf((repository) => new LosingFeed(repository))).rejects.toThrow('none twice and none not at all');
  });

  it('finds a feed that repeats a record while many write', async () => {
    await expect(contractOf((repository) => new RepeatingFeed(repository))).rejects.toThrow('none twice and none not at all');
  });

  it('takes a feed that is unavailable now and then, and misses and repeats nothing', async () => {
    const failure = () => new ServiceUnavailableException();
    await contractOf((repository) => new UnsteadyFeed(repository, failure));
  });

  it('finds a feed that fails in another way', async () => {
    const failure = () => new Error('broken');
    await expect(contractOf((repository) => new UnsteadyFeed(repository, failure))).rejects.toThrow('broken');
  });
});
