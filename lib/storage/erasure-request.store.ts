import type { ErasedCount, ErasureRequest } from './erasure.interface.js';

/** Where requests to erase are written down before they are begun, so that none is lost half-way. */
export interface ErasureRequestStore {
  /** Writes down a new one. */
  add(request: ErasureRequest): Promise<void>;
  /** All, or those that are not done; the oldest first. */
  list(which: 'all' | 'open'): Promise<ErasureRequest[]>;
  /** Takes over what another instance has left. False: it is no longer as it was seen. */
  claim(seen: ErasureRequest): Promise<boolean>;
  /** Says that the instance of a term is at work. False: another one has taken it over, or it is done. */
  beat(id: string, term: number): Promise<boolean>;
  /** It is done, and whose events they were is forgotten; all else stays as it was added. */
  finish(id: string, finishedAt: string, counts: readonly ErasedCount[]): Promise<void>;
}
