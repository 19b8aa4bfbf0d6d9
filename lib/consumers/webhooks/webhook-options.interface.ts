/** Which events an endpoint is sent. */
export interface WebhookFilters {
  /**
   * Events of these entity types alone.
   * @default those of all
   */
  entityTypes?: readonly string[];
  /**
   * Events of these types alone, the field `type`.
   * @default those of all
   */
  types?: readonly string[];
  /**
   * Events of this project alone.
   * @default those of all projects, and of none
   */
  projectId?: string;
}

/** An endpoint that the host configures. */
export interface ConfiguredWebhook extends WebhookFilters {
  /**
   * Under which its position is kept, as `webhook:<id>`: the same after each deployment. 1 to 80 letters, digits, `.`, `_` and
   * `-`, not beginning with `whk_`, which are those of `WebhookService`.
   */
  id: string;
  /** Where events are sent: `https://…`. */
  url: string;
  /** `whsec_` and Base64 of 24 to 64 random bytes. A list while one is rotated, the newest first: each of them signs. */
  secret: string | readonly string[];
}

/** The option `webhooks` of `EventLogConsumersModule`. */
export interface WebhookOptions {
  /**
   * Endpoints beside those of the database, which `WebhookService` and the command line make.
   * @default none
   */
  endpoints?: readonly ConfiguredWebhook[];
  /**
   * Whether endpoints may be at private, loopback and link-local addresses, and without TLS. Never where tenants give the URLs.
   * @default false
   */
  allowPrivateAddresses?: boolean;
}
