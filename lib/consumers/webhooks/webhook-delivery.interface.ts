import type { FeedPosition } from '../../storage/event-feed.js';

/** One try to deliver events to an endpoint, and what came of it. */
export interface WebhookDelivery {
  readonly endpointId: string;
  /** The header `webhook-id`: the same for each try. */
  readonly messageId: string;
  /** Where in the feed the events are: after the one position, up to the other. */
  readonly after: FeedPosition;
  readonly position: FeedPosition;
  /** How many events. */
  readonly count: number;
  /** Which try it was, from 1. */
  readonly attempt: number;
  /** Of the answer. Absent: there was none. */
  readonly status?: number;
  /** Absent: the endpoint has taken the events. */
  readonly error?: string;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** When it began: RFC 3339 in UTC with milliseconds. */
  readonly at: string;
}
