/** What events belong to and may be about; what is set here, an event may not contradict. */
export interface EventScope {
  /** Null or absent: of no project. */
  readonly projectId?: string | null;
  /** Null or absent: of no integration. */
  readonly integrationId?: string | null;
  /** The only entity types that events may have. Null or absent: any that is known. */
  readonly entityTypes?: readonly string[] | null;
}
