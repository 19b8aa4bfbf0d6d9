/** Where the dashboard is, and where it finds what it shows. All paths are below the host's global prefix and version. */
export interface EventLogDashboardOptions {
  /**
   * Path of the page.
   * @default 'event-log'
   */
  path?: string;
  /**
   * Path of the query routes that the page reads from: the `path` of `EventLogQueryModule`.
   * @default 'query'
   */
  queryPath?: string;
  /**
   * Path that takes events: the `path` of `EventLogModule`. The page names it to those who have not logged an event yet.
   * @default 'events'
   */
  eventsPath?: string;
  /**
   * Decorators of the host's own for the controller of the page, e.g. `[Public()]` where a global guard of the host asks for it.
   * @default none
   */
  decorators?: readonly ClassDecorator[];
}
