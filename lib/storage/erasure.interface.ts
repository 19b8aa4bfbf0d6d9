import type { FeedPosition } from './event-feed.js';

/** Which events of a person are meant. */
export interface PersonalEvents {
  /** In this project (null: among the events of none). Left out: in all. */
  readonly projectId?: string | null;
  /** Of those that were stored before it, which `EventEraser.end()` has given. Left out: of all. */
  readonly upTo?: FeedPosition;
}

/** A person, as the log tells people apart, in one project (null: among the events of no project). */
export interface PersonInProject extends PersonalEvents {
  /** `userProperties.userId`, else `id`, as a text. */
  readonly userKey: string;
  readonly projectId: string | null;
}

/** What becomes of the events of a person: they are removed, or kept without what names the person. */
export type ErasureMode = 'delete' | 'anonymize';

/** How many events of a project were erased. */
export interface ErasedCount {
  readonly projectId: string | null;
  readonly events: number;
}

/** How much a person has said. */
export interface PersonalChats {
  readonly conversations: number;
  readonly feedback: number;
}

/** What was asked to be erased; without `upTo`, by a version before. */
export interface ErasureRequest extends PersonalEvents {
  readonly id: string;
  readonly mode: ErasureMode;
  /** Whose events. Null once it is done: who it was is not kept. */
  readonly userKey: string | null;
  /** What is removed of the events that are kept, as keys joined by dots. */
  readonly paths: readonly string[];
  /** RFC 3339 in UTC with milliseconds. */
  readonly startedAt: string;
  /** Null while it is not done. */
  readonly finishedAt: string | null;
  /** What was erased for it, once it is done. */
  readonly counts: readonly ErasedCount[];
  /** How many conversations and feedback there were when it was asked for. Absent: the host keeps none. */
  readonly chats?: PersonalChats;
  /** How often it was taken over by an instance, and how often that one has said since that it is at work. */
  readonly term: number;
  readonly beat: number;
}
