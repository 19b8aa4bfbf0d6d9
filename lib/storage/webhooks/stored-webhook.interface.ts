import type { FeedPosition } from '../event-feed.js';

/** What requests to an endpoint are signed with. */
export interface WebhookSecret {
  /** `whsec_` and Base64. */
  readonly secret: string;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** From when on it signs nothing any more: RFC 3339 in UTC. Null: it is in force until it is replaced. */
  readonly expiresAt: string | null;
}

/** An endpoint that events are sent to. */
export interface StoredWebhook {
  /** `whk_…` */
  readonly id: string;
  /** What people call it; 1 to 255 characters. */
  readonly name: string;
  readonly url: string;
  /** The newest first. */
  readonly secrets: readonly WebhookSecret[];
  /** Null: events of all entity types. */
  readonly entityTypes: readonly string[] | null;
  /** Null: events of all types. */
  readonly types: readonly string[] | null;
  /** Null: events of all projects, and of none. */
  readonly projectId: string | null;
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  /** Grows with each change. */
  readonly version: number;
}

/** One try to deliver events to an endpoint, and what came of it. */
export interface StoredDelivery {
  /** `whd_…`, in the order in which they were made. */
  readonly id: string;
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
  /** Of the answer. Null: there was none. */
  readonly status: number | null;
  /** Null: the endpoint has taken the events. */
  readonly error: string | null;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** When it began: RFC 3339 in UTC. */
  readonly at: string;
}

/** Which deliveries of an endpoint are kept: the newest `count` of those since a time. */
export interface KeptDeliveries {
  readonly count: number;
  /** RFC 3339 in UTC. */
  readonly since: string;
}
