/** The project and the integration that events belong to; what is set here, an event may not contradict. */
export interface EventScope {
  /** Null or absent: of no project. */
  readonly projectId?: string | null;
  /** Null or absent: of no integration. */
  readonly integrationId?: string | null;
}
