/** A JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object: the free-form part of an event. */
export type JsonObject = { [key: string]: JsonValue };

/** What events of every entity type have. */
export interface EventFields {
  /** Unique within its project, byte for byte; 1 to 255 characters. */
  id: string;
  /** What happened, in the caller's words, such as `message:copied`; at most 255 characters. */
  type: string;
  /** When it happened, as the caller said, else when it was received: RFC 3339 in UTC with milliseconds. */
  createdAt: string;
  /** Null: of no project. */
  projectId: string | null;
  /** Null: of no integration. */
  integrationId: string | null;
  /** What the caller tells of the event. Null: nothing, which is not the same as `{}`. */
  properties: JsonObject | null;
  /** What the caller tells of the person. Null: nothing, which is not the same as `{}`. */
  userProperties: JsonObject | null;
}

/** An event of the contract as it is answered. */
export type ContractEvent = EventFields & EntityReference;

/** An event as it is stored. Treat it as immutable: its JSON text is made once, and kept. */
export type StoredEvent = EventFields & {
  /** The fields that the class of its entity type adds; absent where that adds none. On the wire they stand flat. */
  fields?: JsonObject;
} & (EntityReference | OwnEntityReference);

/** What an event of the contract is about: the entity's type, and its own field. */
export type EntityReference =
  | { entityType: 'message'; messageId: string }
  | { entityType: 'conversation'; conversationId: string }
  | { entityType: 'search'; searchQuery: string };

/** What an event of another entity type is about, which stands in its `fields`. */
export interface OwnEntityReference {
  entityType: string;
  messageId?: undefined;
  conversationId?: undefined;
  searchQuery?: undefined;
}

/** What a store keeps: the event, when it was received, and what tells a replay from a conflict. */
export type EventRecord = StoredEvent & {
  /** RFC 3339 in UTC with milliseconds, by the server's clock. */
  receivedAt: string;
  /**
   * Of two events with one id in a project, whether the second is the first sent again: 22 ASCII characters made of all that
   * was sent but id and times. Keep it with the event, compare it as text, and answer it to nobody.
   */
  contentDigest: string;
};

/** An event as a caller gives it; the rules are those of the HTTP contract. */
export type EventInput = {
  /** What happened, in your words; at most 255 characters. */
  type: string;
  /** 1 to 255 characters. Default: a new one, time-ordered. */
  id?: string;
  /** RFC 3339 with an offset. Default: now. */
  createdAt?: string | null;
  /** Default: the scope's. */
  projectId?: string | null;
  /** Default: the scope's. */
  integrationId?: string | null;
  /**
   * What `JSON.stringify` makes of it is stored: `toJSON()` is called, functions and `undefined` are left out, and a
   * `Map` or a `Set` becomes `{}`, so give `Object.fromEntries(map)` or `[...set]`. Refused are `NaN`, infinities, a
   * bigint without `toJSON()`, more than 64 levels, and, together with `userProperties`, more than 200,000 values or
   * more than `maxBodyBytes` of JSON text.
   */
  properties?: object | null;
  /** As `properties`; the known keys `id`, `userId`, `userType` and the like are checked. */
  userProperties?: object | null;
} & EntityReference;
