import type { Operation } from './operation.interface.js';
import { asking, parameter, PROBLEMS, PROBLEMS_OF_BODIES, reading, withStatus } from './reading-operation.js';
import { SHORT_TEXT } from './schema-parts.js';

const FEWER = 'Where they are large, a page has fewer than `limit`: go on after those that are here.';

/** The methods of the controllers of conversations and feedback, by the names of their classes. */
export const CONVERSATION_OPERATIONS: Record<string, Record<string, Operation>> = {
  ConversationsController: {
    log: {
      ...storing('Store a conversation', 'EventLogConversation', 'EventLogStoredConversation'),
      description: 'Always whole: what is new of it is stored, and nothing gets shorter.',
      problems: withStatus(410, PROBLEMS_OF_BODIES),
    },
    list: listing('List conversations', `Those that changed last, first. ${FEWER}`, 'EventLogConversationsPage', 20),
    findByExternalId: named('Read a conversation by its id in another system', 'externalId', 'EventLogStoredConversation'),
    find: {
      ...named('Read a conversation', 'id', 'EventLogStoredConversation'),
      description: 'A key that does not read gets those alone that are shared, without what is told of the person.',
    },
    delete: told('It is erased', {
      ...named('Erase a conversation', 'id', 'EventLogErasedConversation'),
      description: 'With its shared copies and its feedback. The key must read and write.',
    }),
  },
  FeedbackController: {
    submit: {
      ...storing('Store feedback on a message', 'EventLogFeedback', 'EventLogStoredFeedback'),
      description: 'The same thumb of the same person is one, as it was received last.',
    },
    list: listing('List feedback', `What was received last, first, of both kinds. ${FEWER}`, 'EventLogFeedbackPage', 10),
    find: named('Read feedback with its conversation', 'id', 'EventLogRatedConversation'),
  },
};

function storing(summary: string, sent: string, answer: string): Operation {
  return told('It is stored', asking(summary, sent, answer));
}

function told(description: string, operation: Operation): Operation {
  return { ...operation, success: { ...operation.success, description } };
}

function listing(summary: string, description: string, answer: string, pageSize: number): Operation {
  const limit = parameter('limit', { type: 'integer', minimum: 1, maximum: 100, default: pageSize });
  const offset = parameter('offset', { type: 'integer', minimum: 0, maximum: 1_000_000, default: 0 });
  return { ...reading(summary, description, answer), query: [limit, offset] };
}

function named(summary: string, name: string, answer: string): Operation {
  const path = { name, schema: { ...SHORT_TEXT, minLength: 1 } };
  return { ...reading(summary, undefined, answer), path, problems: withStatus(404, PROBLEMS) };
}
