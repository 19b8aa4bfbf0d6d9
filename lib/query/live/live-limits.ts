/** A comment after so long without anything else, so that proxies keep the connection. */
export const HEARTBEAT_MS = 15_000;
/** How often the key of a reader is looked up again. */
export const KEY_CHECK_MS = 2_000;
/** A reader that takes nothing for so long is cut off. */
export const STALLED_MS = 30_000;
/** Most readers at once in one process. */
export const MAX_READERS = 100;
