import { Injectable, UnprocessableEntityException } from '@nestjs/common';
import type { EventContext, EventHook, StoredEvent } from 'nestjs-event-log';

const MAX_TOTAL_CENTS = 1_000_000;

/** Refuses orders that no customer places, and notes who has sent the others. */
@Injectable()
export class LargeOrdersHook implements EventHook {
  beforeStore(event: StoredEvent, { keyId }: EventContext): StoredEvent {
    const { totalCents } = event as StoredEvent & { totalCents?: number };
    if (totalCents !== undefined && totalCents > MAX_TOTAL_CENTS) {
      throw new UnprocessableEntityException('totalCents is more than any order of this shop');
    }
    return { ...event, properties: { ...event.properties, sentBy: keyId ?? 'shop' } };
  }
}
