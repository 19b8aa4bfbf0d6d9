import { nullable } from './field-schema.js';
import { COUNT, DATE_TIME, JSON_OBJECT, listOf, objectOf, refTo, SHORT_TEXT, TEXT, USER_PROPERTIES } from './schema-parts.js';
import type { Schema } from './swagger.js';

const MAX_TAGS = 50;
const MAX_REASONS = 50;

const sentTime = nullable({ ...DATE_TIME, description: 'RFC 3339 with an offset; now, where it is absent' });
const objects = nullable({ type: 'array', items: JSON_OBJECT });
const type: Schema = { type: 'string', enum: ['openai', 'support_ticket', 'support_copilot'] };
const visibility = nullable({
  type: 'string',
  enum: ['private', 'public'],
  description: '`public`: pages may read it, by its id',
});
const tags = nullable({ type: 'array', maxItems: MAX_TAGS, items: SHORT_TEXT });
const content: Schema = {
  description: 'A text, or texts and images; null only of other types than `openai`',
  oneOf: [nullable(TEXT), { type: 'array', items: JSON_OBJECT }],
};
const FREE_FORM = { properties: nullable(JSON_OBJECT), userProperties: USER_PROPERTIES };
const SCOPE = { projectId: nullable(SHORT_TEXT), integrationId: nullable(SHORT_TEXT) };
const OTHER_SYSTEMS = {
  externalId: nullable(SHORT_TEXT),
  externalUrl: nullable(TEXT),
  supportTicketConversationId: nullable(SHORT_TEXT),
};
const RATING: Record<string, Schema> = {
  type: { type: 'string', enum: ['positive', 'negative'] },
  messageId: { ...SHORT_TEXT, minLength: 1 },
  reasons: nullable({
    type: 'array',
    maxItems: MAX_REASONS,
    items: objectOf(['label', 'details'], { label: TEXT, details: TEXT }),
  }),
};

const SENT_MESSAGE: Record<string, Schema> = {
  id: { ...SHORT_TEXT, minLength: 1, description: 'Unique in its conversation' },
  role: { ...SHORT_TEXT, minLength: 1, description: 'Of the type `openai`: `system`, `user` or `assistant`' },
  content,
  createdAt: sentTime,
  name: nullable(TEXT),
  externalId: nullable(TEXT),
  externalUrl: nullable(TEXT),
  links: objects,
  tool_calls: objects,
  ...FREE_FORM,
};

const STORED_MESSAGE: Record<string, Schema> = {
  id: TEXT,
  type,
  externalId: nullable(TEXT),
  externalUrl: nullable(TEXT),
  conversationId: TEXT,
  createdAt: DATE_TIME,
  updatedAt: DATE_TIME,
  role: TEXT,
  content,
};

const STORED: Record<string, Schema> = {
  id: TEXT,
  type,
  ...OTHER_SYSTEMS,
  createdAt: DATE_TIME,
  updatedAt: { ...DATE_TIME, description: 'When it last changed' },
  ...SCOPE,
  visibility,
  messages: listOf('EventLogStoredConversationMessage'),
};

/** What is sent to the routes of conversations and feedback: a test compares the fields with what is checked. */
const SENT: readonly [name: string, schema: Schema][] = [
  [
    'EventLogConversation',
    objectOf(['type', 'messages'], {
      type,
      messages: { ...listOf('EventLogConversationMessage'), minItems: 1, description: 'All of them, oldest first' },
      id: nullable({ ...SHORT_TEXT, description: 'What it was answered with before' }),
      ...OTHER_SYSTEMS,
      ...SCOPE,
      createdAt: sentTime,
      visibility,
      tags,
      ...FREE_FORM,
    }),
  ],
  [
    'EventLogConversationMessage',
    { ...objectOf(['role'], SENT_MESSAGE), additionalProperties: true, description: 'What else stands in it is kept' },
  ],
  ['EventLogFeedback', objectOf(['type', 'messageId'], { ...RATING, createdAt: sentTime, ...FREE_FORM })],
];

const toReaders = 'Only to a key that reads';

/** What is sent and answered. */
export const CONVERSATION_SCHEMAS: readonly [name: string, schema: Schema][] = [
  ...SENT,
  [
    'EventLogStoredConversation',
    objectOf(Object.keys(STORED), {
      ...STORED,
      tags: { ...tags, description: toReaders },
      properties: { ...FREE_FORM.properties, description: toReaders },
      userProperties: { ...USER_PROPERTIES, description: toReaders },
      messagesOpenAIFormat: { type: 'array', maxItems: 0, items: {}, description: 'Empty, of the type `openai`' },
    }),
  ],
  ['EventLogStoredConversationMessage', { ...objectOf(Object.keys(STORED_MESSAGE), STORED_MESSAGE), additionalProperties: true }],
  [
    'EventLogConversationsPage',
    objectOf(['conversations', 'total', 'pageSize', 'count'], {
      conversations: listOf('EventLogStoredConversation'),
      total: COUNT,
      pageSize: COUNT,
      count: COUNT,
    }),
  ],
  ['EventLogErasedConversation', objectOf(['success', 'message'], { success: { type: 'boolean' }, message: TEXT })],
  [
    'EventLogStoredFeedback',
    objectOf(['id', 'type', 'messageId', 'createdAt', 'reasons'], { id: TEXT, ...RATING, createdAt: DATE_TIME, ...FREE_FORM }),
  ],
  [
    'EventLogRatedConversation',
    {
      allOf: [
        refTo('EventLogStoredFeedback'),
        objectOf(['conversation', 'message'], {
          conversation: refTo('EventLogStoredConversation'),
          message: refTo('EventLogStoredConversationMessage'),
        }),
      ],
    },
  ],
  [
    'EventLogFeedbackPage',
    objectOf(['positiveFeedbackCount', 'negativeFeedbackCount', 'positiveFeedback', 'negativeFeedback'], {
      positiveFeedbackCount: COUNT,
      negativeFeedbackCount: COUNT,
      positiveFeedback: listOf('EventLogRatedConversation'),
      negativeFeedback: listOf('EventLogRatedConversation'),
    }),
  ],
];
