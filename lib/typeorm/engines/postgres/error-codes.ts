// Source: PostgreSQL documentation, appendix A "PostgreSQL Error Codes"; PgBouncer and other poolers answer with the same.

/** Statement or data are wrong, and stay so. */
const PERMANENT_CLASSES = new Set([
  '0A', // feature_not_supported
  '21', // cardinality_violation
  '22', // data_exception, e.g. untranslatable_character
  '23', // integrity_constraint_violation, by constraints of the host's
  '27', // triggered_data_change_violation
  '2F', // sql_routine_exception
  '38', // external_routine_exception
  '39', // external_routine_invocation_exception
  '42', // syntax_error_or_access_rule_violation, e.g. undefined_table
  '44', // with_check_option_violation
  '54', // program_limit_exceeded, e.g. a row that is too large for an index
  'P0', // plpgsql_error, e.g. raise_exception in a trigger of the host's
]);

/** The server can't now, and says so on a connection that stays as it is. */
const BUSY_CLASSES = new Set([
  '40', // transaction_rollback, e.g. deadlock_detected
  '53', // insufficient_resources, e.g. disk_full
  '55', // object_not_in_prerequisite_state, e.g. lock_not_available, object_in_use
]);
const BUSY = new Set([
  '42501', // insufficient_privilege: what an operator takes and gives while events keep coming
  '57014', // query_canceled: statement_timeout
]);

/** The server takes no writes any more, and another one does. */
const STALE = new Set([
  '25006', // read_only_sql_transaction: a primary that was demoted
]);

/** Other code has left the connection so: the table was found at boot. */
const ALTERED = new Set([
  '25P02', // in_failed_sql_transaction
  '3F000', // invalid_schema_name
  '42P01', // undefined_table: by SET search_path
]);

/** On the server's side of this connection, the name of a statement means nothing, or something else. */
const UNPREPARED = new Set([
  '26000', // invalid_sql_statement_name: behind a pooler, after DISCARD ALL
  '42P05', // duplicate_prepared_statement: behind a pooler
]);

const MISSING = new Set([
  '42P01', // undefined_table
  '42703', // undefined_column
  '3F000', // invalid_schema_name
]);

export const isAltered = (code: string) => ALTERED.has(code);
export const isPermanent = (code: string) => PERMANENT_CLASSES.has(code.slice(0, 2));
export const isBusy = (code: string) => BUSY.has(code) || BUSY_CLASSES.has(code.slice(0, 2));
export const isStale = (code: string) => STALE.has(code);
export const isUnprepared = (code: string) => UNPREPARED.has(code);
export const isMissing = (code: string) => MISSING.has(code);
