/** Injection token of the options as the host gave them; `EventLogSettings` are those in force. */
export const MODULE_OPTIONS_TOKEN = Symbol('EVENT_LOG:OPTIONS');
