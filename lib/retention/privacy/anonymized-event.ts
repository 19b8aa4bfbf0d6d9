import { changedAt } from '../../events/changed-at.js';
import type { JsonObject, StoredEvent } from '../../events/event.interface.js';

/** What is kept of an event: all but `userProperties` and what stands under these paths, keys joined by dots. */
export function anonymizedEvent(event: StoredEvent, paths: readonly string[]): StoredEvent {
  const { properties, fields } = paths.reduce<Partial<Documents>>(withoutPath, documentsOf(event));
  return { ...event, properties: properties ?? null, userProperties: null, ...(fields && { fields }) };
}

interface Documents {
  properties: JsonObject | null;
  fields: JsonObject | undefined;
}

function documentsOf({ properties, fields }: StoredEvent): Documents {
  return { properties, fields };
}

function withoutPath(documents: Partial<Documents>, path: string): Partial<Documents> {
  return changedAt(documents, path.split('.'), (holder, key) => delete holder[key]) as Partial<Documents>;
}
