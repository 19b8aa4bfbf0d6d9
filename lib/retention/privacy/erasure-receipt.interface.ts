import type { StoredEvent } from '../../events/event.interface.js';
import type { StoredConversation, StoredFeedback } from '../../storage/conversations/stored-conversation.interface.js';
import type { ErasedCount, ErasureMode } from '../../storage/erasure.interface.js';

/** Whose data. */
export interface Person {
  /** As events have it in `userProperties.userId`, or in `id` where they have no `userId`. 7 and '7' are one person. */
  userId: string | number;
  /**
   * In this project; null: among the events of no project.
   * @default all projects, and the events of none
   */
  projectId?: string | null;
}

export interface EraseOptions {
  /**
   * Removes the events, or keeps them without `userProperties` and the paths of the option `anonymize`. Conversations and feedback
   * go in both modes.
   * @default 'delete'
   */
  mode?: ErasureMode;
  /**
   * Counts, and changes nothing.
   * @default false
   */
  dryRun?: boolean;
}

/** What was erased: to be kept, as it says nothing of who it was. */
export interface ErasureReceipt {
  /** Of the request; empty for a dry run, which makes none. */
  readonly id: string;
  readonly mode: ErasureMode;
  readonly dryRun: boolean;
  /** How many events of each project; of a dry run, how many it would be. */
  readonly counts: readonly ErasedCount[];
  /** How many conversations of the person there were when it began; 0 where the host keeps none. All went, with their copies. */
  readonly conversations: number;
  /** The same of feedback that the person gave. */
  readonly feedback: number;
  /** RFC 3339 in UTC with milliseconds. What was acknowledged before it has gone. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What the store was searched: the names of its tables, or the like. */
  readonly searched: readonly string[];
}

/** What the log has of a person: events have no `record`. */
export type PersonalRecord =
  | (StoredEvent & { readonly record?: undefined })
  | (StoredConversation & { readonly record: 'conversation' })
  | (StoredFeedback & { readonly record: 'feedback' });
