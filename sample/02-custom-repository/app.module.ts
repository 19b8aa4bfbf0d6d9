import { Module } from '@nestjs/common';
import { EventLogModule } from 'nestjs-event-log';
import { JsonLinesEventRepository } from './json-lines-event.repository.js';

@Module({
  imports: [
    EventLogModule.forRootAsync({
      useFactory: () => ({
        apiKeys: [{ id: 'api', key: process.env.API_KEY ?? 'demo-api-key', scopes: ['events:write'], projectId: 'demo-project' }],
      }),
      storage: {
        repository: { useFactory: () => new JsonLinesEventRepository(process.env.EVENTS_FILE ?? './data/events.jsonl') },
      },
    }),
  ],
})
export class AppModule {}
