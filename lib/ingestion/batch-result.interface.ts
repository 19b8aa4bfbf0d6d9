import type { ProblemDetails } from '../http/problem-details.interface.js';

/** The answer to a batch. */
export interface BatchResult {
  /** How many events are stored since now. */
  stored: number;
  /** How many were stored before, with the same `id` and content. */
  replayed: number;
  /** How many are not stored. */
  refused: number;
  /** One an item, in order. */
  results: ItemResult[];
}

/** What became of one item of a batch. */
export type ItemResult =
  | { status: 200; id: string; replayed?: true }
  /** `retryable` tells that the same item may be taken later. */
  | { status: number; retryable: boolean; problem: ProblemDetails };
