import { setTimeout as delay } from 'node:timers/promises';
import type { EventLogService } from 'nestjs-event-log';

/** Logs twenty events at a time, with numbers as ids, until `stopped` aborts. Resolves to how many they are. */
export async function writeUntil(stopped: AbortSignal, events: EventLogService): Promise<number> {
  let written = 0;
  while (!stopped.aborted) {
    const ids = Array.from({ length: 20 }, (_one, index) => `${written + index}`);
    await Promise.all(ids.map((id) => events.log({ id, entityType: 'message', type: 't', messageId: 'm' })));
    written += ids.length;
    await delay(20);
  }
  return written;
}
