import { Injectable } from '@nestjs/common';
import { isUnavailable } from '../diagnostics/status-of.js';
import { causeOf, storeError } from '../diagnostics/store-error.js';
import { Slots } from '../http/slots.js';
import { UnavailableException } from '../http/unavailable.exception.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import { ConversationStore } from '../storage/conversations/conversation.store.js';
import { Deadline } from '../timing/deadline.js';

/** How many requests use the store at once: chats must leave connections to the writer of events. */
const MAX_AT_ONCE = 4;
const UNAVAILABLE = 'Conversations can not be stored or read right now; send it again later';

/** The store of conversations: few calls at once, each in its time, and of its failures only 503 is passed on. */
@Injectable()
export class BoundedConversations {
  private readonly slots = new Slots(MAX_AT_ONCE, () => new UnavailableException(UNAVAILABLE, new Error('Too many at once')));

  constructor(
    private readonly store: ConversationStore,
    private readonly settings: EventLogSettings,
  ) {}

  async run<T>(use: (store: ConversationStore) => Promise<T>): Promise<T> {
    const deadline = Deadline.forAnswer(this.settings.answerTimeout);
    await this.slots.take();
    const work = use(this.store).finally(() => this.slots.free());
    try {
      return await deadline.within(work);
    } catch (error) {
      throw answerable(error);
    }
  }
}

function answerable(error: unknown): unknown {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'ETIMEDOUT' || isUnavailable(error)) return new UnavailableException(UNAVAILABLE, causeOf(error));
  return storeError(error, UNAVAILABLE);
}
