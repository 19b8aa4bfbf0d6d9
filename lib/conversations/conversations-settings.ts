import { integer } from '../options/checks/option-checks.js';
import { checkOptionNames } from '../options/checks/option-names.js';
import { typeName } from '../options/checks/type-name.js';
import type { EventLogConversationsOptions } from './event-log-conversations-options.interface.js';

/** Of more, comparing what is stored with what is sent takes its time at each step of a chat. */
const MAX_MESSAGES = 10_000;

const maxMessages = integer(1_000, MAX_MESSAGES);

/** The options in force: those of the host, checked at boot, with their defaults. `extras` are the names that are none. */
export class ConversationsSettings {
  readonly maxMessages: number;

  constructor(options: EventLogConversationsOptions = {}, extras: readonly string[] = []) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(
        `Expected the options of EventLogConversationsModule to be { maxMessages, … }, got ${typeName(options)}.`,
      );
    }
    checkOptionNames(options, ['maxMessages'], extras);
    this.maxMessages = maxMessages(options.maxMessages, 'maxMessages');
  }
}
