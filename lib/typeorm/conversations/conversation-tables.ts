import type { NamedTable } from '../engines/table-name.js';

// For their names alone: no data source is told of them.
class EventLogConversations {}
class EventLogMessages {}
class EventLogFeedback {}

const migrations = 'eventLogConversationMigrations';

export const CONVERSATIONS: NamedTable = {
  entity: EventLogConversations,
  given: 'event_log_conversations',
  holds: 'conversations',
  migrations,
};

export const MESSAGES: NamedTable = { entity: EventLogMessages, given: 'event_log_messages', holds: 'messages', migrations };

export const FEEDBACK: NamedTable = { entity: EventLogFeedback, given: 'event_log_feedback', holds: 'feedback', migrations };
