/** Injection token of the server, for modules of the library. Nest tells its text where it is missing. */
export const CLICKHOUSE_SERVER = Symbol(
  'EventLogClickHouseModule.forRoot({ url }), to be imported beside the module that reads from it',
);
