import type { MysqlStatement } from './run.js';

/** One connection, while it is ours. */
export interface Session {
  /** A statement that is quoted here. */
  query(statement: MysqlStatement): Promise<unknown>;
  /** One that is prepared, where the server does that: quoting megabytes in the process would hold the event loop. */
  execute(statement: MysqlStatement): Promise<unknown>;
}

/** Does `work` in a transaction: all of it, or none. */
export async function inTransaction(session: Session, work: () => Promise<void>): Promise<void> {
  await session.query({ sql: 'START TRANSACTION' });
  try {
    await work();
    // Else `completion_type` of the host would begin the next transaction, and nobody would end that one.
    await session.query({ sql: 'COMMIT AND NO CHAIN NO RELEASE' });
  } catch (error) {
    await session.query({ sql: 'ROLLBACK AND NO CHAIN NO RELEASE' }).catch(() => undefined);
    throw error;
  }
}
