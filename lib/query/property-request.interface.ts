import type { Type } from '@nestjs/common';
import type { EventDto } from '../events/entity-types/event.dto.js';
import type { JsonField } from '../storage/reading/event-query.interface.js';
import type { ConversationField, FeedbackField, RecordFilter } from './conversation-query.interface.js';
import type { EventsFilter } from './query-request.interface.js';

/** Which keys a JSON field has. */
export interface PropertyKeysRequest {
  field: JsonField;
  /** Whose: what several have in common counts together, and semantic threads have none. @default ['events_view'] */
  views?: readonly ('events_view' | 'conversations_view' | 'semantic_threads_view' | 'feedback_view')[];
  /** By the fields that all of these views have. */
  where?: EventsFilter | RecordFilter<ConversationField> | RecordFilter<FeedbackField>;
  /** Of events alone. */
  entityType?: string | Type<EventDto>;
  /**
   * Up to 10,000.
   * @default 10000
   */
  limit?: number;
}

/** Which values a key at the top of a JSON field has. */
export interface PropertyValuesRequest extends PropertyKeysRequest {
  key: string;
  /**
   * Up to 10,000.
   * @default 100
   */
  limit?: number;
}
