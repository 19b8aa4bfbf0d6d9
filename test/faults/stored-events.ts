import type { StoredEvent } from 'nestjs-event-log';
import { EventEntity } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import type { History } from './history.js';

/** Every event in the database, as the route answers it. */
export function readStored(databaseUrl: string): Promise<StoredEvent[]> {
  return withDataSource(databaseUrl, async (source) => (await source.getRepository(EventEntity).find()).map(toStoredEvent));
}

/** Uses a connection past the application. */
export async function withDataSource<T>(databaseUrl: string, use: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await new DataSource(dataSourceOptions(databaseUrl, { migrationsRun: false })).initialize();
  try {
    return await use(source);
  } finally {
    await source.destroy();
  }
}

function toStoredEvent({ id, type, messageId, ...others }: EventEntity): StoredEvent {
  const { createdAt, projectId, integrationId, properties, userProperties, entityType } = others;
  const scope = { createdAt: createdAt.toISOString(), projectId, integrationId };
  return { id, type, messageId, ...scope, properties, userProperties, entityType } as StoredEvent;
}

/** The same for a store in memory: each event is sent once more, and what is answered as a replay is there. */
export async function readBack(url: string, history: History): Promise<StoredEvent[]> {
  const sent = new Map(history.records.map(({ event }) => [event.messageId, event]));
  const stored: StoredEvent[] = [];
  const again = sent.values();
  const client = async () => {
    for (const event of again) {
      const { answer } = await history.send(url, event);
      if (answer?.status !== 200) throw new Error(`Expected 200 for an event that is sent again, got ${answer?.status}.`);
      if (answer.headers['idempotent-replayed'] === 'true') stored.push(JSON.parse(answer.body));
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return stored;
}
