import type { Operand } from '../../../storage/reading/event-query.interface.js';
import type { FeedbackField } from '../../conversation-query.interface.js';
import { hintsOf } from '../hints.js';
import type { QueryView } from './query-view.interface.js';

const FIELDS: Readonly<Record<FeedbackField, Operand>> = {
  id: { field: 'id' },
  type: { field: 'type' },
  messageId: { field: 'messageId' },
  createdAt: { field: 'createdAt' },
  organizationId: { field: 'organizationId' },
  reasons: { field: 'fields', path: ['reasons'] },
  properties: { field: 'properties', path: [] },
  userProperties: { field: 'userProperties', path: [] },
  conversationId: { field: 'conversationId' },
  projectId: { field: 'projectId' },
  integrationId: { field: 'integrationId' },
  userKey: { field: 'userKey' },
};

export const FEEDBACK_VIEW: QueryView = {
  records: 'feedback',
  fields: FIELDS,
  time: 'createdAt',
  hints: hintsOf('createdAt'),
  defaults: Object.keys(FIELDS).filter((field) => field !== 'userKey'),
  hasEntityTypes: false,
  answersJson: true,
};
