export { ConversationService } from './conversation.service.js';
export type * from './conversation-answer.interface.js';
export type * from './conversation-input.interface.js';
export { EventLogConversationsModule } from './event-log-conversations.module.js';
export type { EventLogConversationsExtras, EventLogConversationsOptions } from './event-log-conversations-options.interface.js';
export { InvalidConversationException } from './invalid-conversation.exception.js';
