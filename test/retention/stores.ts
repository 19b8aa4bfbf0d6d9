import {
  type ConsumerStore,
  type ConversationStore,
  type EventEraser,
  type EventFeed,
  type EventRecord,
  type EventRepository,
  InMemoryConsumerStore,
  InMemoryEventEraser,
  InMemoryEventFeed,
  InMemoryEventRepository,
} from 'nestjs-event-log';
import type { EventLogRetentionOptions, EventRetentionService } from 'nestjs-event-log/retention';
import {
  eventLogConsumerMigrations,
  eventLogMigrations,
  TypeOrmConsumerStore,
  TypeOrmEventEraser,
  TypeOrmEventFeed,
} from 'nestjs-event-log/typeorm';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { RetentionSettings } from '../../lib/retention/retention-settings.js';
import { StoreRetentionService } from '../../lib/retention/store-retention.service.js';
import { open } from '../storage/data-sources.js';
import { newRecord } from '../utils/events.js';
import { until } from '../utils/until.js';

/** The parts of one store. */
export interface Store {
  readonly repository: EventRepository;
  readonly feed: EventFeed;
  readonly eraser: EventEraser;
  readonly consumers: ConsumerStore;
}

export const WITH_CONSUMERS = { migrations: [...eventLogMigrations, ...eventLogConsumerMigrations] };

export function storeInMemory(): Store {
  const repository = new InMemoryEventRepository();
  const [feed, eraser] = [new InMemoryEventFeed(repository), new InMemoryEventEraser(repository)];
  return { repository, feed, eraser, consumers: new InMemoryConsumerStore() };
}

export async function storeIn(dataSource: DataSource): Promise<Store> {
  const parts = [
    new TypeOrmEventFeed(dataSource),
    new TypeOrmEventEraser(dataSource),
    new TypeOrmConsumerStore(dataSource),
  ] as const;
  for (const part of parts) await part.onModuleInit();
  const [feed, eraser, consumers] = parts;
  return { repository: await open(dataSource), feed, eraser, consumers };
}

/** Retention over a store, as a module with these options has it. */
export function retentionOf(
  { feed, eraser, consumers }: Store,
  options: EventLogRetentionOptions,
  conversations?: ConversationStore,
): EventRetentionService {
  return new StoreRetentionService(feed, eraser, consumers, new RetentionSettings(options), () => conversations);
}

/** Stores an event that was received at a time. */
export async function stored(
  store: Pick<Store, 'repository'>,
  receivedAt: string,
  fields: Partial<EventRecord> = {},
): Promise<string> {
  const id = randomUUID();
  await store.repository.insert([newRecord({ id, receivedAt, createdAt: receivedAt, ...fields })]);
  return id;
}

type Followed = Pick<Store, 'repository' | 'feed' | 'eraser'>;

/** Waits until retention may take what is stored: on PostgreSQL, transactions of other databases hold the feed up for a moment. */
export async function settled(store: Followed): Promise<void> {
  await storedIds(store);
}

/** The ids of all that is stored. On PostgreSQL, transactions of other databases hold the feed up for a moment. */
export async function storedIds(store: Followed): Promise<string[]> {
  const last = await stored(store, '9999-01-01T00:00:00.000Z');
  const ids: string[] = [];
  let position = await store.feed.start('beginning');
  const reachesLast = async () => {
    const page = await store.feed.read(position, 1_000);
    position = page.position;
    ids.push(...page.records.flatMap((record) => (record.kind === 'stored' ? [record.event.id] : [])));
    return ids.includes(last);
  };
  await until('the last event is in the feed', reachesLast);
  await store.eraser.purge([{ id: last, projectId: 'p' }]);
  return ids.filter((id) => id !== last);
}
