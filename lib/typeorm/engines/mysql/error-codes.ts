// Sources: MySQL 8.4 "Server Error Message Reference", MariaDB "Error Codes", Galera "wsrep" and ProxySQL documentation. By
// number, as drivers know names for those of their time alone; a trigger can signal each with any SQLSTATE.

/** Statement or data are wrong, and stay so. */
const PERMANENT = new Set([
  1048, // ER_BAD_NULL_ERROR
  1054, // ER_BAD_FIELD_ERROR
  1062, // ER_DUP_ENTRY
  1064, // ER_PARSE_ERROR
  1118, // ER_TOO_BIG_ROWSIZE
  1136, // ER_WRONG_VALUE_COUNT_ON_ROW
  1197, // ER_TRANS_CACHE_FULL: more than max_binlog_cache_size
  1264, // ER_WARN_DATA_OUT_OF_RANGE
  1265, // WARN_DATA_TRUNCATED
  1292, // ER_TRUNCATED_WRONG_VALUE
  1305, // ER_SP_DOES_NOT_EXIST: a trigger of the host's
  1364, // ER_NO_DEFAULT_FOR_FIELD: a column of the host's
  1366, // ER_TRUNCATED_WRONG_VALUE_FOR_FIELD
  1406, // ER_DATA_TOO_LONG
  1442, // ER_CANT_UPDATE_USED_TABLE_IN_SF_OR_TRG
  1451, // ER_ROW_IS_REFERENCED_2
  1452, // ER_NO_REFERENCED_ROW_2
  1644, // ER_SIGNAL_EXCEPTION: a trigger of the host's
  3140, // ER_INVALID_JSON_TEXT
  3819, // ER_CHECK_CONSTRAINT_VIOLATED
  4025, // ER_CONSTRAINT_FAILED of MariaDB
]);

/** The same by SQLSTATE, for the many that have one: cardinality, data, constraints, syntax and access, check option. */
const PERMANENT_CLASSES = new Set(['0A', '21', '22', '23', '42', '44']);

/** From here on, numbers are none of the server's, but what a trigger of the host's signals. */
const FIRST_OF_HOST = 20_000;

/** Of those classes, what passes. */
const PASSING = new Set([
  1044, // ER_DBACCESS_DENIED_ERROR
  1045, // ER_ACCESS_DENIED_ERROR: a password that is being rotated
  1047, // ER_UNKNOWN_COM_ERROR: Galera without a quorum
  1049, // ER_BAD_DB_ERROR: a database that is being restored
  1142, // ER_TABLEACCESS_DENIED_ERROR
  1143, // ER_COLUMNACCESS_DENIED_ERROR
  1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
]);

/** The server can't now, and says so on a connection that stays as it is. Those of SIGNAL have no class that tells. */
const BUSY = new Set([
  1021, // ER_DISK_FULL
  1030, // ER_GET_ERRNO: of a storage engine
  1037, // ER_OUTOFMEMORY
  1038, // ER_OUT_OF_SORTMEMORY
  1041, // ER_OUT_OF_RESOURCES
  1044,
  1099, // ER_TABLE_NOT_LOCKED_FOR_WRITE
  1114, // ER_RECORD_FILE_FULL
  1142,
  1143,
  1203, // ER_TOO_MANY_USER_CONNECTIONS
  1205, // ER_LOCK_WAIT_TIMEOUT
  1206, // ER_LOCK_TABLE_FULL
  1213, // ER_LOCK_DEADLOCK
  1223, // ER_CANT_UPDATE_WITH_READLOCK: FLUSH TABLES WITH READ LOCK
  1226, // ER_USER_LIMIT_REACHED
  1227,
  1297, // ER_GET_TEMPORARY_ERRMSG
  1317, // ER_QUERY_INTERRUPTED
  1637, // ER_TOO_MANY_CONCURRENT_TRXS
  1969, // ER_STATEMENT_TIMEOUT of MariaDB
  3024, // ER_QUERY_TIMEOUT
  3100, // ER_RUN_HOOK_ERROR: group replication
  3101, // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: group replication
  3168, // ER_SERVER_ISNT_AVAILABLE
  3572, // ER_LOCK_NOWAIT
]);

/** The server takes no writes any more, and another one does. */
const STALE = new Set([
  1290, // ER_OPTION_PREVENTS_STATEMENT: read_only, super_read_only
  1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836, // ER_READ_ONLY_MODE
]);

/** Other code has left the connection so: the table was found at boot. */
const ALTERED = new Set([
  1046, // ER_NO_DB_ERROR
  1146, // ER_NO_SUCH_TABLE: by USE
]);

/** Prepared statements don't work here. */
const UNPREPARED = new Set([
  1210, // ER_WRONG_ARGUMENTS of mysqld_stmt_execute
  1243, // ER_UNKNOWN_STMT_HANDLER: behind a proxy
  1295, // ER_UNSUPPORTED_PS
  1461, // ER_MAX_PREPARED_STMT_COUNT_REACHED
  1615, // ER_NEED_REPREPARE
]);

const MISSING = new Set([
  1054, // ER_BAD_FIELD_ERROR
  1146, // ER_NO_SUCH_TABLE
]);

/** ER_CANT_CHANGE_TX_CHARACTERISTICS: a transaction is open. */
export const IN_TRANSACTION = 1568;

/** Another transaction holds what was asked for with NOWAIT. */
const LOCKED = new Set([
  1205, // ER_LOCK_WAIT_TIMEOUT of MariaDB
  3572, // ER_LOCK_NOWAIT
]);

/** ER_NET_PACKET_TOO_LARGE. */
export const PACKET_TOO_LARGE = 1153;

export const isAltered = (code: number) => ALTERED.has(code);
export const isPermanent = (code: number, sqlState: string) =>
  PERMANENT.has(code) || code >= FIRST_OF_HOST || (PERMANENT_CLASSES.has(sqlState.slice(0, 2)) && !PASSING.has(code));
export const isBusy = (code: number) => BUSY.has(code);
export const isStale = (code: number) => STALE.has(code);
export const isUnprepared = (code: number) => UNPREPARED.has(code);
export const isMissing = (code: number) => MISSING.has(code);
export const isLocked = (code: number) => LOCKED.has(code);
