import type { DataSourceOptions } from 'typeorm';
import type { EventPrivacyService } from '../retention/privacy/event-privacy.service.js';
import { unusable, withDataSource } from './database.js';
import { EXIT, Failure } from './failure.js';

/** Makes the service of persons' data, which removes these paths of what it anonymizes. */
export type PrivacyOf = (anonymize?: readonly string[]) => EventPrivacyService;

/** Does something with persons' data in a database, through the TypeORM and the driver of the host. */
export function withPrivacy<T>(options: DataSourceOptions, work: (privacyOf: PrivacyOf) => Promise<T>): Promise<T> {
  return withDataSource(options, async (dataSource) => {
    const { TypeOrmEventEraser } = await import('../typeorm/erasing/typeorm-event.eraser.js');
    const { TypeOrmConversationStore } = await import('../typeorm/conversations/typeorm-conversation.store.js');
    const { EventPrivacyService } = await import('../retention/privacy/event-privacy.service.js');
    const { PrivacySettings } = await import('../retention/privacy/privacy-settings.js');
    const eraser = new TypeOrmEventEraser(dataSource);
    await eraser.onModuleInit().catch(unusable);
    const conversations = (await TypeOrmConversationStore.isUsedIn(dataSource))
      ? new TypeOrmConversationStore(dataSource)
      : undefined;
    return work((anonymize) => new EventPrivacyService(eraser, new PrivacySettings({ anonymize }), () => conversations)).catch(
      usage,
    );
  });
}

// The service throws it for a person or a path that is none, in words that repeat no value.
function usage(error: unknown): never {
  throw error instanceof TypeError && error.message.startsWith('Expected ') ? new Failure(EXIT.usage, error.message) : error;
}
