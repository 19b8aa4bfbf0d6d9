import type { JsonValue } from '../events/event.interface.js';
import type { Aggregate, TimeUnit } from '../storage/reading/event-query.interface.js';
import type { QueryPage } from './query-answer.interface.js';
import type { FilterCondition, Grouping, QueryRequest } from './query-request.interface.js';

/**
 * A field of conversations. `firstMessageTime` is the `createdAt` of the first message, `userMessageCount` how many messages are of the
 * role `user`, `organizationId` null for all, and `userKey` whose conversation it is.
 */
export type ConversationField =
  | 'id'
  | 'userMessageCount'
  | 'organizationId'
  | 'projectId'
  | 'integrationId'
  | 'firstMessageTime'
  | 'type'
  | 'properties'
  | 'userProperties'
  | 'userKey';

/**
 * A field of feedback. `reasons` is the list of `{ label, details }` or null, `conversationId` the first conversation of the project that
 * has the message, `organizationId` null for all, and `userKey` who gave it.
 */
export type FeedbackField =
  | 'id'
  | 'type'
  | 'messageId'
  | 'createdAt'
  | 'organizationId'
  | 'reasons'
  | 'properties'
  | 'userProperties'
  | 'conversationId'
  | 'projectId'
  | 'integrationId'
  | 'userKey';

/** Which records: an empty `and` is true, an empty `or` false. At most 10 levels and 100 conditions. */
export type RecordFilter<Field extends string> =
  | { condition: Omit<FilterCondition, 'field'> & { field: Field } }
  | { and: readonly RecordFilter<Field>[] }
  | { or: readonly RecordFilter<Field>[] };

/** A column of the answer. */
export type RecordSelection<Field extends string> =
  | { type: 'field'; field: Field; path?: readonly string[]; mode?: 'unpack' | 'json' }
  | { type: 'time'; timeUnit: TimeUnit; field?: Field }
  | { type: 'aggregation'; aggregation: Aggregate; field?: Field; path?: readonly string[] };

/** A question like that to events, about records with these fields. */
export interface RecordQueryRequest<Field extends string> extends Omit<
  QueryRequest,
  'select' | 'groupBy' | 'where' | 'entityType'
> {
  select?: readonly RecordSelection<Field>[];
  groupBy?: readonly (Omit<Grouping, 'field'> & { field: Field })[];
  where?: RecordFilter<Field>;
}

export type ConversationQueryRequest = RecordQueryRequest<ConversationField>;
export type FeedbackQueryRequest = RecordQueryRequest<FeedbackField>;

/** A page of the answer. JSON fields, `reasons` and `userMessageCount` are JSON as it is stored, what is at a path is text. */
export interface RecordQueryPage extends Omit<QueryPage, 'result' | 'asOf'> {
  result: { [key: string]: JsonValue }[];
}
