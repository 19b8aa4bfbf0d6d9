const NOTHING: Buffer = Buffer.alloc(0);

/** Bytes that are gathered in one buffer, not in a list: a body in chunks of one byte would become millions of objects. */
export class GrowingBuffer {
  private memory = NOTHING;
  private size = 0;

  /** `lengthFor` says how long a larger buffer becomes that must hold so many bytes; it throws where there is no room. */
  constructor(private readonly lengthFor: (needed: number, held: number) => number) {}

  /** A view, good until the next change. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.size);
  }

  get length(): number {
    return this.size;
  }

  append(chunk: Buffer): void {
    const end = this.size + chunk.length;
    if (end > this.memory.length) this.grow(end);
    chunk.copy(this.memory, this.size);
    this.size = end;
  }

  /** Forgets the bytes, and keeps the memory for others. */
  clear(): void {
    this.size = 0;
  }

  free(): void {
    this.memory = NOTHING;
    this.size = 0;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(this.lengthFor(needed, this.size));
    this.memory.copy(larger, 0, 0, this.size);
    this.memory = larger;
  }
}
