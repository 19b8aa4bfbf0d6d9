import { type OnApplicationShutdown, ServiceUnavailableException } from '@nestjs/common';
import { type Durability, type EventRecord, EventRepository, type InsertOutcome, type StoredEvent } from 'nestjs-event-log';
import { appendFileSync, closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Keeps events in a file, for one process at a time: a line is a JSON array of the events that were stored together,
 * so that a crash leaves all of them or none. The file is read once, at the start; from then on events are found in memory.
 */
export class JsonLinesEventRepository extends EventRepository implements OnApplicationShutdown {
  private readonly byKey = new Map<string, EventRecord>();
  private readonly file: number;
  private size: number;

  constructor(path: string) {
    super();
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a+');
    const bytes = readFileSync(this.file);
    // What follows the last line break was cut off by a crash, before anyone was told that it is stored.
    this.size = bytes.lastIndexOf('\n') + 1;
    for (const line of bytes.toString('utf8', 0, this.size).split('\n').slice(0, -1)) this.index(JSON.parse(line));
  }

  async insert(events: readonly EventRecord[]): Promise<InsertOutcome[]> {
    const added = new Map<string, EventRecord>();
    const outcomes = events.map((event): InsertOutcome => {
      const key = keyOf(event);
      const earlier = this.byKey.get(key) ?? added.get(key);
      if (earlier === undefined) {
        added.set(key, event);
        return { replayed: false };
      }
      const isSame = earlier.contentDigest === event.contentDigest;
      return isSame ? { replayed: true, createdAt: earlier.createdAt } : { conflict: true };
    });
    if (added.size > 0) this.append([...added.values()]);
    return outcomes;
  }

  override find(id: string, projectId: string | null): Promise<StoredEvent | undefined> {
    return Promise.resolve(this.byKey.get(keyOf({ id, projectId })));
  }

  override durability(): Promise<Durability> {
    return Promise.resolve({ survives: 'power cut', because: 'each line is in the file with fsync' });
  }

  onApplicationShutdown(): void {
    closeSync(this.file);
  }

  // Synchronous, so that no two lines mix.
  private append(events: readonly EventRecord[]): void {
    const line = Buffer.from(`${JSON.stringify(events)}\n`);
    try {
      ftruncateSync(this.file, this.size); // drops the rest of a line that could not be written whole
      appendFileSync(this.file, line);
      fsyncSync(this.file);
    } catch (error) {
      throw new ServiceUnavailableException('The file of events is not writable right now', { cause: error });
    }
    this.size += line.length;
    this.index(events);
  }

  private index(events: readonly EventRecord[]): void {
    for (const event of events) this.byKey.set(keyOf(event), event);
  }
}

function keyOf({ projectId, id }: Pick<EventRecord, 'projectId' | 'id'>): string {
  return JSON.stringify([projectId, id]);
}
