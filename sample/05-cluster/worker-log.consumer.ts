import { Logger } from '@nestjs/common';
import type { StoredEvent } from 'nestjs-event-log';
import { EventConsumer, type EventConsumerHandler } from 'nestjs-event-log/consumers';

/** Says which worker is given events: one at a time, and another one once that has ended. */
@EventConsumer({ name: 'worker-log', from: 'beginning' })
export class WorkerLogConsumer implements EventConsumerHandler {
  private readonly logger = new Logger(WorkerLogConsumer.name);

  handle(events: readonly StoredEvent[]): void {
    this.logger.log(`Worker ${process.pid} was given ${events.length}.`);
  }
}
