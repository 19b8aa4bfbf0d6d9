import type { Operand } from '../../../storage/reading/event-query.interface.js';
import type { EventField } from '../../query-request.interface.js';
import { hintsOf } from '../hints.js';
import type { QueryView } from './query-view.interface.js';

const FIELDS: Readonly<Record<EventField, Operand>> = {
  id: { field: 'id' },
  organizationId: { field: 'organizationId' },
  messageId: { field: 'messageId' },
  conversationId: { field: 'conversationId' },
  createdAt: { field: 'createdAt' },
  projectId: { field: 'projectId' },
  integrationId: { field: 'integrationId' },
  eventType: { field: 'entityType' },
  entityType: { field: 'entityType' },
  type: { field: 'type' },
  searchQuery: { field: 'searchQuery' },
  userKey: { field: 'userKey' },
  properties: { field: 'properties', path: [] },
  userProperties: { field: 'userProperties', path: [] },
  fields: { field: 'fields', path: [] },
};

export const EVENTS_VIEW: QueryView = {
  records: 'events',
  fields: FIELDS,
  time: 'createdAt',
  hints: hintsOf('createdAt'),
  // The fields of the SDK, and ours.
  defaults: Object.keys(FIELDS).filter((field) => field !== 'entityType' && field !== 'userKey'),
  hasEntityTypes: true,
  answersJson: false,
};
