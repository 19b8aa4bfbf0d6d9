import type { ErasedCount, ErasureRequest } from './erasure.interface.js';
import type { ErasureRequestStore } from './erasure-request.store.js';

/** Keeps requests to erase in the process. */
export class InMemoryErasureRequestStore implements ErasureRequestStore {
  private readonly requests = new Map<string, ErasureRequest>();

  async add(request: ErasureRequest): Promise<void> {
    this.requests.set(request.id, request);
  }

  async list(which: 'all' | 'open'): Promise<ErasureRequest[]> {
    return [...this.requests.values()].filter(({ finishedAt }) => which === 'all' || finishedAt === null);
  }

  async claim({ id, term, beat }: ErasureRequest): Promise<boolean> {
    return this.change(id, (now) => now.term === term && now.beat === beat, { term: term + 1, beat: 0 });
  }

  async beat(id: string, term: number): Promise<boolean> {
    const beat = (this.requests.get(id)?.beat ?? 0) + 1;
    return this.change(id, (now) => now.term === term, { beat });
  }

  async finish(id: string, finishedAt: string, counts: readonly ErasedCount[]): Promise<void> {
    this.change(id, () => true, { finishedAt, counts, userKey: null });
  }

  private change(id: string, isAsSeen: (now: ErasureRequest) => boolean, change: Partial<ErasureRequest>): boolean {
    const now = this.requests.get(id);
    if (now === undefined || now.finishedAt !== null || !isAsSeen(now)) return false;
    this.requests.set(id, { ...now, ...change });
    return true;
  }
}
