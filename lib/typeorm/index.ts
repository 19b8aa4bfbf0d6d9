import { CreateEventLogEvents1767225600000 } from './migrations/1767225600000-create-event-log-events.js';

export { EventEntity } from './event.entity.js';
export { TypeOrmEventRepository } from './typeorm-event.repository.js';
export { typeOrmStorage, type TypeOrmStorageOptions } from './typeorm-storage.js';

/** For the `migrations` of the data source. */
export const eventLogMigrations = [CreateEventLogEvents1767225600000];
