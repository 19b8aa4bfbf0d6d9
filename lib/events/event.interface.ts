/** A JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object: the free-form part of an event. */
export type JsonObject = { [key: string]: JsonValue };

/** An event as it is stored and answered. */
export type StoredEvent = {
  id: string;
  type: string;
  /** RFC 3339 in UTC with milliseconds. */
  createdAt: string;
  projectId: string | null;
  integrationId: string | null;
  properties: JsonObject | null;
  userProperties: JsonObject | null;
} & EntityReference;

/** What an event is about: the entity's type, and its own field. */
export type EntityReference =
  | { entityType: 'message'; messageId: string }
  | { entityType: 'conversation'; conversationId: string }
  | { entityType: 'search'; searchQuery: string };

/** What a store keeps: the event, and when it was received. */
export type EventRecord = StoredEvent & {
  /** RFC 3339 in UTC with milliseconds, by the server's clock. */
  receivedAt: string;
};

/** An event as a caller gives it; the rules are those of the HTTP contract. */
export type EventInput = {
  type: string;
  /** 1 to 255 characters. Default: a new one, time-ordered. */
  id?: string;
  /** RFC 3339 with an offset. Default: now. */
  createdAt?: string | null;
  /** Default: the scope's. */
  projectId?: string | null;
  /** Default: the scope's. */
  integrationId?: string | null;
  /** Anything that is JSON, at most 64 levels deep. */
  properties?: object | null;
  /** Anything that is JSON, at most 64 levels deep; known keys are checked. */
  userProperties?: object | null;
} & EntityReference;
