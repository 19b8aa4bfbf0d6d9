import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  describeApiKeyStore,
  describeConversationStore,
  describeEventEraser,
  describeEventFeed,
  describeEventReader,
  describeEventRepository,
} from 'nestjs-event-log/testing';
import {
  ApiKeyEntity,
  TypeOrmConversationStore,
  TypeOrmEventEraser,
  TypeOrmEventFeed,
  TypeOrmEventRepository,
} from 'nestjs-event-log/typeorm';
import { TypeOrmApiKeyStore } from '../../lib/typeorm/keys/typeorm-api-key.store.js';
import { TypeOrmEventReader } from '../../lib/typeorm/reading/typeorm-event.reader.js';
import { dataSourceOptions } from '../utils/databases.js';
import { lockTable } from '../utils/lock-table.js';
import { describeCitus, distribute } from './cluster.js';

Logger.overrideLogger(false);

const repositoryOf = async (source: DataSource) => {
  const repository = new TypeOrmEventRepository(source);
  await repository.onModuleInit();
  return repository;
};
const followed = async (source: DataSource) => {
  const feed = new TypeOrmEventFeed(source);
  await feed.onModuleInit();
  return { repository: await repositoryOf(source), feed };
};
const erased = async (source: DataSource) => {
  const eraser = new TypeOrmEventEraser(source);
  await eraser.onModuleInit();
  return { ...(await followed(source)), eraser };
};

/** A block with a cluster's database of its own, whose tables are distributed. */
function describeDistributed(
  title: string,
  define: (stores: { url(): string; shared(): DataSource; another(): Promise<DataSource> }) => void,
): void {
  describeCitus(title, (database) => {
    let shared: DataSource;
    const others: DataSource[] = [];
    const open = () => new DataSource(dataSourceOptions(database().url, { migrationsRun: false })).initialize();
    const another = async () => {
      const other = await open();
      others.push(other);
      return other;
    };
    beforeAll(async () => {
      await distribute(database().url);
      shared = await open();
    });
    afterEach(async () => {
      for (const other of others.splice(0)) await other.destroy();
    });
    define({ url: () => database().url, shared: () => shared, another });
    afterAll(() => shared?.destroy());
  });
}

describeDistributed('Storing in a table that Citus distributes', ({ url, shared, another }) => {
  describeEventRepository('the contract of repositories', {
    create: () => repositoryOf(shared()),
    createAnother: async () => repositoryOf(await another()),
    stall: () => lockTable(url()),
  });
});

describeDistributed('Following a table that Citus distributes', ({ shared, another }) => {
  describeEventFeed('the contract of feeds', {
    create: () => followed(shared()),
    createAnother: async () => followed(await another()),
  });
});

describeDistributed('Erasing in a table that Citus distributes', ({ shared, another }) => {
  describeEventEraser('the contract of erasers', {
    create: () => erased(shared()),
    createAnother: async () => erased(await another()),
  });
});

describeDistributed('Reading a table that Citus distributes', ({ shared }) => {
  let reader: TypeOrmEventReader;
  let repository: TypeOrmEventRepository;
  beforeAll(async () => {
    reader = new TypeOrmEventReader(shared());
    repository = await repositoryOf(shared());
    await reader.onModuleInit();
  });
  afterAll(async () => {
    await reader?.beforeApplicationShutdown();
    await reader?.onApplicationShutdown();
  });
  describeEventReader('the contract of readers', () => ({ repository, reader }));
});

describeDistributed('Conversations beside a table that Citus distributes', ({ shared, another }) => {
  const open = async (source: DataSource) => {
    const store = new TypeOrmConversationStore(source);
    await store.onModuleInit();
    return store;
  };
  describeConversationStore('the contract of stores of conversations', {
    create: () => open(shared()),
    createAnother: async () => open(await another()),
  });
});

describeDistributed('Keys in a table that Citus copies to each node', ({ shared, another }) => {
  const open = async (source: DataSource) => {
    const store = new TypeOrmApiKeyStore(source, 0);
    await store.onModuleInit();
    return store;
  };
  describeApiKeyStore('the contract of key stores', {
    create: async () => ({
      store: await open(shared()),
      add: async ({ id, digest, kind, scopes, projectId, integrationId, expiresAt, entityTypes, allowedOrigins }) => {
        await shared()
          .getRepository(ApiKeyEntity)
          .insert({
            ...{ id, digest, kind, projectId, integrationId, expiresAt, prefix: 'evl_', name: id, createdAt: new Date() },
            scopes: [...scopes],
            entityTypes: entityTypes && [...entityTypes],
            allowedOrigins: allowedOrigins && [...allowedOrigins],
          });
      },
    }),
    createAnother: async () => open(await another()),
  });
});
