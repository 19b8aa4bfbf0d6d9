export type { ConsumerReport } from './consumer-report.interface.js';
export { ConsumerService } from './consumer.service.js';
export { EventConsumer } from './event-consumer.decorator.js';
export type { ConsumerContext, ErasedEvent, EventConsumerHandler, EventConsumerOptions } from './event-consumer.interface.js';
export type { EventLogConsumersExtras, EventLogConsumersOptions } from './event-log-consumers-options.interface.js';
export { EventLogConsumersModule } from './event-log-consumers.module.js';
