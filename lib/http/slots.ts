import { UnavailableException } from './unavailable.exception.js';

const MAX_WAIT_MS = 5_000;
const MAX_WAITING_A_SLOT = 25;

/** How much may run at once: more waits in line, for a bounded time, and no more than a bounded number. */
export class Slots {
  private running = 0;
  /** What lets the waiting in, the first first. */
  private readonly waiting = new Set<() => void>();

  /** `tooMany` is what is thrown where that is passed. */
  constructor(
    private readonly slots: number,
    private readonly tooMany: () => UnavailableException,
  ) {}

  /**
   * Resolves when the caller's turn has come; then it must `free()` its slot. Rejects with `UnavailableException` where that
   * takes too long, and with the signal's reason where nobody waits any more.
   */
  async take(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.running < this.slots) this.running++;
    else await this.turn(signal);
  }

  free(): void {
    const [next] = this.waiting;
    if (next === undefined) this.running--;
    else next();
  }

  private turn(signal?: AbortSignal): Promise<void> {
    if (this.waiting.size >= this.slots * MAX_WAITING_A_SLOT) throw this.tooMany();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting.delete(enter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const enter = () => (leave(), resolve());
      const giveUp = (reason: unknown) => (leave(), reject(reason));
      const abort = () => giveUp(signal?.reason);
      const timer = setTimeout(() => giveUp(this.tooMany()), MAX_WAIT_MS);
      signal?.addEventListener('abort', abort);
      this.waiting.add(enter);
    });
  }
}
