import { createHash } from 'node:crypto';
import { serializeEvent } from '../../events/serialize-event.js';
import type { FeedPosition, FeedRecord } from '../../storage/event-feed.js';

/** Most bytes of events in one request, which leaves room for what stands around them within 1 MiB. A larger event goes alone. */
const MAX_BYTES = 1_048_576 - 1_024;

/** What one request is to deliver: records of one kind, one after another. */
export interface WebhookPart {
  /** The position before the first, that of the first, and that of the last one. */
  readonly after: FeedPosition;
  readonly first: FeedPosition;
  readonly position: FeedPosition;
  readonly kind: FeedRecord['kind'];
  /** JSON texts. */
  readonly events: readonly string[];
}

/** Divides records, which are of one kind, into requests. */
export function partsOf(records: readonly FeedRecord[], after: FeedPosition): WebhookPart[] {
  const parts: (WebhookPart & { events: string[]; position: FeedPosition })[] = [];
  let bytes = Infinity;
  for (const record of records) {
    const text = textOf(record);
    const size = Buffer.byteLength(text) + 1;
    bytes += size;
    if (bytes > MAX_BYTES) {
      const { kind, position } = record;
      parts.push({ after: parts.at(-1)?.position ?? after, first: position, position, kind, events: [] });
      bytes = size;
    }
    const part = parts[parts.length - 1];
    part.events.push(text);
    part.position = record.position;
  }
  return parts;
}

/** The body of a request, the events as they are answered on the wire. */
export function payloadOf({ kind, events }: WebhookPart, at = new Date()): string {
  return `{"type":"events.${kind}","timestamp":"${at.toISOString()}","data":{"events":[${events.join()}]}}`;
}

/** The same for the same records on their way to the same endpoint, whenever they are sent. */
export function messageIdOf(endpointId: string, { first, position }: WebhookPart): string {
  const digest = createHash('sha256').update(JSON.stringify([endpointId, first, position]));
  return `msg_${digest.digest('base64url').slice(0, 27)}`;
}

function textOf(record: FeedRecord): string {
  if (record.kind !== 'erased') return serializeEvent(record.event);
  return JSON.stringify({ idDigest: record.idDigest, projectId: record.projectId });
}
