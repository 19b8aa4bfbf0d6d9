import { Injectable } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { EventEraser, type EventKey } from './event-eraser.js';
import { EventRepository } from './event.repository.js';
import { InMemoryEventRepository } from './in-memory-event.repository.js';

/** Removes events of an `InMemoryEventRepository`. */
@Injectable()
export class InMemoryEventEraser extends EventEraser {
  private readonly repository: InMemoryEventRepository;

  constructor(repository: EventRepository) {
    super();
    if (!(repository instanceof InMemoryEventRepository)) throw new TypeError(wrongStore(repository));
    this.repository = repository;
  }

  async purge(keys: readonly EventKey[]): Promise<number> {
    return keys.filter((key) => this.repository.remove(key)).length;
  }
}

function wrongStore(repository: EventRepository): string {
  return `InMemoryEventEraser removes from InMemoryEventRepository, got ${typeName(repository)}: give \`storage\` an eraser of its own.`;
}
