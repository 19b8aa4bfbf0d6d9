/** Where events are sent. It is read at each request, so what changes in it is in force with the next one. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Those that sign right now, the newest first: `whsec_` and Base64. Two while one is replaced by the other. */
  readonly secrets: readonly string[];
  /** Left out: events of all entity types. */
  readonly entityTypes?: readonly string[];
  /** Left out: events of all types. */
  readonly types?: readonly string[];
  /** Left out: events of all projects, and of none. */
  readonly projectId?: string;
}
