/** Injection token of the options as the host gave them; `EventLogSettings` are those in force. */
export const MODULE_OPTIONS_TOKEN = Symbol('EVENT_LOG:OPTIONS');

/** Under it an intake, which has `EventLogSettings` of its own, finds those of `EventLogModule`. */
export const SHARED_SETTINGS = Symbol('EVENT_LOG:SHARED_SETTINGS');
