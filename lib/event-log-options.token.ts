/** Injection token of the options as the host gave them; `EventLogSettings` are those in force. */
export const MODULE_OPTIONS_TOKEN = Symbol('EVENT_LOG:OPTIONS');

/** Under it an intake, which has `EventLogSettings` of its own, finds those of `EventLogModule`. Nest tells its text where that is missing. */
export const SHARED_SETTINGS = Symbol(
  'EventLogModule.forRoot({ route: false, storage }), to be imported beside EventLogIntakeModule',
);
