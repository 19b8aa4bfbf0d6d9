interface Entry<V> {
  value: V;
  expiresAt: number;
}

/** What was known not longer than `ttl` milliseconds ago, at most `maxSize` of it: the oldest makes room. */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, Entry<V>>();

  constructor(
    private readonly ttl: number,
    private readonly maxSize: number,
  ) {}

  /** With what is too old, until something takes its place. */
  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && performance.now() < entry.expiresAt ? entry.value : undefined;
  }

  set(key: string, value: V): void {
    // Taken out first, so that the order of entries stays that of their age.
    this.entries.delete(key);
    if (this.entries.size >= this.maxSize) this.entries.delete(this.entries.keys().next().value!);
    this.entries.set(key, { value, expiresAt: performance.now() + this.ttl });
  }
}
