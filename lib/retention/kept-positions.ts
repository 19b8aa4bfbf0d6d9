import type { ConsumerStore } from '../storage/consumers/consumer.store.js';
import type { FeedPosition } from '../storage/event-feed.js';
import type { RetentionRules } from '../options/retention/retention-rules.js';
import type { WalkPositions } from './retention-run.js';

const PREFIX = 'retention/walk/';

/** Keeps how far walks have come where consumers are kept, so that the next run goes on there; other rules begin anew. */
export class KeptPositions implements WalkPositions {
  constructor(private readonly store: ConsumerStore) {}

  async find(walk: string): Promise<FeedPosition | undefined> {
    const [state] = await this.store.find([PREFIX + walk]);
    return state?.position;
  }

  async move(walk: string, position: FeedPosition): Promise<void> {
    if (await this.store.change(PREFIX + walk, { position })) return;
    await this.store.create(PREFIX + walk, position);
  }

  /** Forgets the walks of other rules than these. */
  async forgetOthers({ digest }: RetentionRules): Promise<void> {
    const names = (await this.store.find()).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
    for (const name of names) if (!name.startsWith(`${PREFIX}${digest}/`)) await this.store.delete(name);
  }
}
