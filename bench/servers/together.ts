// This module with all that works on the log beside its writers: a consumer, queries, retention, and erasures of those persons that
// the messages `delete <user>` and `anonymize <user>` name.
import type { StoredEvent } from 'nestjs-event-log';
import { EventConsumer, EventLogConsumersModule } from 'nestjs-event-log/consumers';
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { EventLogRetentionModule, EventPrivacyService } from 'nestjs-event-log/retention';
import { eventLog, serve } from './serve.js';

let handled: string[] = [];
let erased: string[] = [];

@EventConsumer({ name: 'together', from: 'beginning', batchSize: 500 })
class Consumer {
  handle(events: readonly StoredEvent[]): void {
    for (const { id } of events) handled.push(id);
  }
}

const app = await serve(
  {
    imports: [
      ...eventLog('events:write', 'events:read'),
      EventLogQueryModule.forRoot(),
      EventLogConsumersModule.forRoot(),
      EventLogRetentionModule.forRoot({ rules: [{ entityType: 'search', keepFor: process.env.KEEP_SEARCHES! }], every: 1_000 }),
    ],
    providers: [Consumer],
  },
  () => {
    const told = { handled, erased };
    [handled, erased] = [[], []];
    return told;
  },
  ['error', 'warn'],
);
process.on('message', (message: string) => {
  const [mode, userId] = message.split(' ') as ['delete' | 'anonymize', string | undefined];
  if (userId !== undefined) void erase(userId, mode);
});

async function erase(userId: string, mode: 'delete' | 'anonymize'): Promise<void> {
  await app.get(EventPrivacyService).erase({ userId }, { mode });
  erased.push(userId);
}
