// This module: key, checks, idempotent insert, commit before the answer.
import { eventLog, serve } from './serve.js';

await serve({ imports: eventLog('events:write') });
