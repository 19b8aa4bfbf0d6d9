import { run } from './shell.mjs';

/** The names that each entry of the package exports; types have none. */
export const EXPORTS = {
  'nestjs-event-log': [
    'ApiKeyGuard',
    'ApiKeyStore',
    'CONTRACT_ENTITY_TYPES',
    'ConflictingEventException',
    'ConsumerStore',
    'ConversationEventDto',
    'ConversationStore',
    'ErasedEventException',
    'EventDto',
    'EventEraser',
    'EventFeed',
    'EventLogIntakeModule',
    'EventLogModule',
    'EventLogService',
    'EventReader',
    'EventRepository',
    'EventType',
    'EventsController',
    'InMemoryConsumerStore',
    'InMemoryConversationStore',
    'InMemoryEventEraser',
    'InMemoryEventFeed',
    'InMemoryEventReader',
    'InMemoryEventRepository',
    'InMemoryWebhookStore',
    'InvalidEventException',
    'MessageEventDto',
    'NoteClientHook',
    'ProblemDetailsFilter',
    'QueryRefusal',
    'RateLimitGuard',
    'RequireScopes',
    'SearchEventDto',
    'WebhookStore',
    'apiKeyDigest',
    'erasedIdDigest',
    'redactPaths',
    'timeBuckets',
  ],
  'nestjs-event-log/clickhouse': ['ClickHouseCopyService', 'EventLogClickHouseModule', 'clickHouseReader'],
  'nestjs-event-log/consumers': ['ConsumerService', 'EventConsumer', 'EventLogConsumersModule', 'WebhookService'],
  'nestjs-event-log/conversations': ['ConversationService', 'EventLogConversationsModule', 'InvalidConversationException'],
  'nestjs-event-log/dashboard': ['EventLogDashboardModule'],
  'nestjs-event-log/health': ['EventLogHealth', 'EventLogHealthIndicator', 'EventLogHealthModule'],
  'nestjs-event-log/query': ['ConversationQueryService', 'EventLogQueryModule', 'EventQueryService', 'InvalidQueryException'],
  'nestjs-event-log/retention': ['EventLogRetentionModule', 'EventPrivacyService', 'EventRetentionService'],
  'nestjs-event-log/telemetry': ['EventLogTelemetryModule'],
  'nestjs-event-log/testing': [
    'EventLogServiceMock',
    'EventLogTestingModule',
    'TestEventRepository',
    'describeApiKeyStore',
    'describeConsumerStore',
    'describeConversationStore',
    'describeEventEraser',
    'describeEventFeed',
    'describeEventReader',
    'describeEventRepository',
    'describeWebhookStore',
  ],
  'nestjs-event-log/typeorm': [
    'ApiKeyEntity',
    'ApiKeyService',
    'EventEntity',
    'TypeOrmConsumerStore',
    'TypeOrmConversationStore',
    'TypeOrmEventEraser',
    'TypeOrmEventFeed',
    'TypeOrmEventRepository',
    'TypeOrmWebhookStore',
    'eventLogConsumerMigrations',
    'eventLogConversationMigrations',
    'eventLogDayMigrations',
    'eventLogMigrations',
    'typeOrmApiKeys',
    'typeOrmStorage',
  ],
};

export function imported(cwd, entry) {
  return namesOf(cwd, 'module', `import * as m from '${entry}'`);
}

export function required(cwd, entry) {
  return namesOf(cwd, 'commonjs', `const m = require('${entry}')`);
}

async function namesOf(cwd, type, load) {
  const script = `${load}; console.log(JSON.stringify(Object.keys(m).sort()))`;
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd });
  return JSON.parse(stdout);
}
