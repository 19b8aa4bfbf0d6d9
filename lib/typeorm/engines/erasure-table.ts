import type { RowKey } from './engine.js';

/** Why rows are erased, and when. */
export interface Erasure {
  readonly kind: 'deleted' | 'anonymized';
  readonly requestId: string;
  /** RFC 3339 in UTC with milliseconds. */
  readonly erasedAt: string;
}

/** How one database engine notes that events are erased. */
export interface ErasureTable {
  /** Fails, in a sentence that says what to do, where the table isn't there or can't be used. */
  open(deadline: number): Promise<void>;
  /**
   * Notes that these keys are erased, all or none. Once it resolves, every insert that has not seen it has ended: what is removed
   * from then on is not stored again.
   */
  mark(keys: readonly RowKey[], erasure: Erasure, deadline: number): Promise<void>;
  /** Whether an error of the driver means that the same may work later. */
  isUnavailable(error: unknown): boolean;
}

/** The id that is kept: of an event that stays, it tells which. */
export function keptId({ id }: RowKey, { kind }: Erasure): string | null {
  return kind === 'anonymized' ? id : null;
}
