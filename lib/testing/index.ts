export type { ApiKeyStoreFixture } from './api-key-store/api-key-store.case.js';
export { type ApiKeyStoreUnderTest, describeApiKeyStore } from './api-key-store/describe-api-key-store.js';
export { EventLogServiceMock, type LoggedEvent } from './event-log-service.mock.js';
export { EventLogTestingModule } from './event-log-testing.module.js';
export { describeEventReader, type EventReaderUnderTest } from './event-reader/describe-event-reader.js';
export { describeEventRepository, type EventRepositoryUnderTest } from './event-repository/describe-event-repository.js';
export type { LogArguments } from '../ingestion/log-arguments.js';
export { TestEventRepository } from './test-event.repository.js';
export type { TestRunner } from './test-runner.interface.js';
