import type { Operand } from '../../../storage/reading/event-query.interface.js';
import type { ConversationField } from '../../conversation-query.interface.js';
import { hintsOf } from '../hints.js';
import type { QueryView } from './query-view.interface.js';

const FIELDS: Readonly<Record<ConversationField, Operand>> = {
  id: { field: 'id' },
  userMessageCount: { field: 'fields', path: ['userMessageCount'] },
  organizationId: { field: 'organizationId' },
  projectId: { field: 'projectId' },
  integrationId: { field: 'integrationId' },
  firstMessageTime: { field: 'createdAt' },
  type: { field: 'type' },
  properties: { field: 'properties', path: [] },
  userProperties: { field: 'userProperties', path: [] },
  userKey: { field: 'userKey' },
};

export const CONVERSATIONS_VIEW: QueryView = {
  records: 'conversations',
  fields: FIELDS,
  time: 'firstMessageTime',
  hints: hintsOf('firstMessageTime'),
  defaults: Object.keys(FIELDS).filter((field) => field !== 'userKey'),
  hasEntityTypes: false,
  answersJson: true,
};
