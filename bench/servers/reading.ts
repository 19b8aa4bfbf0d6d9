// This module with the routes that read.
import { EventLogQueryModule } from 'nestjs-event-log/query';
import { eventLog, serve } from './serve.js';

await serve({ imports: [...eventLog('events:write', 'events:read'), EventLogQueryModule.forRoot()] });
