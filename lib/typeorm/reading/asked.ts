import { ServiceUnavailableException } from '@nestjs/common';
import type { ReadDialect } from '../../sql/read-dialect.interface.js';
import { type RunSql, tooLarge, toStatement } from '../../sql/sql.js';
import type { ReadOptions } from '../../storage/reading/event-query.interface.js';
import { QueryRefusal } from '../../storage/reading/query-refusal.js';
import { codeOf } from '../engines/driver-error.js';
import type { ReadDatabase } from '../engines/read-database.js';
import { isTooLarge } from './too-large-error.js';

/** What PostgreSQL and MariaDB say of a sum that is too large for a double. */
const OUT_OF_RANGE = ['22003', 'ER_DATA_OUT_OF_RANGE'];

/**
 * Does `work` with what a database answers. What a driver says of a refused statement can hold SQL and data, so only its code goes
 * on; `what` is what could not be read.
 */
export async function asked<T>(
  database: ReadDatabase,
  dialect: ReadDialect,
  what: string,
  options: ReadOptions,
  work: (run: RunSql) => Promise<T>,
): Promise<T> {
  const placeholder = dialect.placeholder.bind(dialect);
  try {
    return await database.read(options, (run) => work((statement, isLast) => run(toStatement(statement, placeholder), isLast)));
  } catch (error) {
    if (error instanceof QueryRefusal || error instanceof RangeError || error === options.signal?.reason) throw error;
    if (OUT_OF_RANGE.includes(codeOf(error))) {
      throw new QueryRefusal('A sum is too large for a number; leave out what is so large');
    }
    if (isTooLarge(error)) throw tooLarge();
    if (database.isUnavailable(error)) {
      throw new ServiceUnavailableException('The database is not available', {
        cause: new Error(codeOf(error) || (error as Error).message),
      });
    }
    throw new Error(`The database refused to read ${what}: ${codeOf(error) || (error as Error).name}`);
  }
}
