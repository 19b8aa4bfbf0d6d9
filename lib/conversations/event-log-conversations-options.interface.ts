/** What is read while conversations are served; may come from the factory of `forRootAsync`. */
export interface EventLogConversationsOptions {
  /**
   * Most messages that a conversation may have; one that is sent with more is 422.
   * @default 1000
   */
  maxMessages?: number;
}

/** What Nest must know before it builds providers; stands beside the factory of `forRootAsync`. */
export interface EventLogConversationsExtras {
  /**
   * What `conversations` and `feedback` stand below, which itself is below the host's global prefix and version. The widget has one
   * base URL, so it must be what the path of events stands below.
   * @default '' (beside `events`)
   */
  path?: string;
  /**
   * Decorators of the host's own for the controllers of these routes, e.g. `[Public()]`.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
  /**
   * Makes `ConversationService` available in every module of the host.
   * @default false
   */
  isGlobal?: boolean;
}
