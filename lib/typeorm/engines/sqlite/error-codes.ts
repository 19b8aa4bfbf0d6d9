// Source: SQLite documentation, "Result and Extended Result Codes"; extended ones begin with the name of theirs.

/** Statement or data are wrong, and stay so. */
const PERMANENT = [
  'SQLITE_ERROR', // e.g. a table that is not there
  'SQLITE_CONSTRAINT', // by constraints and triggers of the host's
  'SQLITE_MISMATCH',
  'SQLITE_MISUSE',
  'SQLITE_RANGE',
  'SQLITE_TOOBIG',
];

export const isPermanent = (code: string) => PERMANENT.some((name) => code === name || code.startsWith(`${name}_`));
