import type { DataSourceOptions } from 'typeorm';
import type { CheckedRule } from '../options/retention/checked-rule.js';
import type { RetentionReport } from '../retention/retention-report.interface.js';
import { unusable, withDataSource } from './database.js';

/** How events are purged. */
export interface PurgeOptions {
  readonly isDry: boolean;
  /** Whether those go as well that a consumer has not handled. */
  readonly ignoreConsumers: boolean;
  readonly onProgress?: (count: number) => void;
}

/** Removes the events and the conversations of a rule, or counts them. */
export type Purge = (rule: CheckedRule, options: PurgeOptions) => Promise<RetentionReport>;

/** Purges the events of a database, through the TypeORM and the driver of the host. */
export function withPurge<T>(options: DataSourceOptions, work: (purge: Purge) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { TypeOrmEventEraser } = await import('../typeorm/erasing/typeorm-event.eraser.js');
    const { TypeOrmEventFeed } = await import('../typeorm/feed/typeorm-event.feed.js');
    const { TypeOrmConversationStore } = await import('../typeorm/conversations/typeorm-conversation.store.js');
    const { TypeOrmConsumerStore } = await import('../typeorm/consumers/typeorm-consumer.store.js');
    const { RetentionRules } = await import('../options/retention/retention-rules.js');
    const { RetentionRun } = await import('../retention/retention-run.js');
    const { UnreadEvents } = await import('../retention/unread-events.js');
    const [eraser, feed] = [new TypeOrmEventEraser(dataSource), new TypeOrmEventFeed(dataSource)];
    await eraser.onModuleInit().catch(unusable);
    await feed.onModuleInit().catch(unusable);
    const hasConsumers = await TypeOrmConsumerStore.isUsedIn(dataSource);
    const hasConversations = await TypeOrmConversationStore.isUsedIn(dataSource);
    const conversations = hasConversations ? new TypeOrmConversationStore(dataSource) : undefined;
    return work((rule, { isDry, ignoreConsumers, onProgress }) => {
      const unread = hasConsumers && !ignoreConsumers ? new UnreadEvents(feed, new TypeOrmConsumerStore(dataSource)) : undefined;
      const run = {
        positions: FROM_THE_BEGINNING,
        goesOn: async () => true,
        signal: NEVER,
        isDry,
        waitsForDays: false,
        onProgress,
      };
      return new RetentionRun({ feed, eraser, unread, conversations }, new RetentionRules([rule]), run).run();
    });
  });
}

const NEVER = new AbortController().signal;
const FROM_THE_BEGINNING = { find: () => Promise.resolve(undefined), move: () => Promise.resolve() };
