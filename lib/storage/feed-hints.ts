/** Tells those who watch that there may be something new. They must not throw. */
export class FeedHints {
  private readonly watchers = new Set<() => void>();

  /** Returns what ends it. */
  watch(wake: () => void): () => void {
    const watcher = () => wake(); // of its own, as one function may watch twice
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  give(): void {
    for (const wake of this.watchers) wake();
  }
}
