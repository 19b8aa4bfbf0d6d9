import type { ReadRow, ReadStatement } from '../../../sql/read-statement.interface.js';
import type { Client } from './pool.js';

/** One of several statements. */
export interface Step extends ReadStatement {
  /** Is given each row, every value as its text. */
  readonly onRow?: (row: ReadRow) => void;
}

/** What is used of the connection of a client: the messages of PostgreSQL's extended protocol. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  parse(statement: { text: string }): void;
  bind(portal: { values: readonly (string | null)[] }): void;
  describe(portal: { type: 'P' }): void;
  execute(portal: object): void;
  sync(): void;
}

/** Whether `runAtOnce()` can: the native driver has no such connection, and one that sends ahead takes no queries of others. */
export function takesStatementsAtOnce({ connection, pipeline }: Client): boolean {
  return connection !== undefined && pipeline !== true;
}

/** Runs statements in one turn to the server. After one that fails, none is run. */
export function runAtOnce(client: Client, steps: readonly Step[]): Promise<void> {
  return new Promise((resolve, reject) => {
    void client.query(queryOf(steps, (error) => (error == null ? resolve() : reject(error))));
  });
}

/** A query of our own, as pg takes it: it writes its messages itself, and is told what comes back. */
function queryOf(steps: readonly Step[], settle: (error?: Error | null) => void): object {
  let step = 0;
  let names: readonly string[] = [];
  const query = {
    /** For tracers, some of which copy it: so what follows needs no `this`. */
    text: steps.map(({ sql }) => sql).join('; '),
    /** For its limits of time, pg puts another one in its place. */
    callback: settle,
    submit(connection: Connection): null {
      // Else each message may be a packet.
      connection.stream.cork();
      for (const { sql, values } of steps) {
        connection.parse({ text: sql });
        connection.bind({ values: values.map((value) => (value === null ? null : String(value))) });
        connection.describe({ type: 'P' });
        connection.execute({});
      }
      connection.sync();
      connection.stream.uncork();
      return null;
    },
    handleRowDescription({ fields }: { fields: readonly { name: string }[] }): void {
      names = fields.map(({ name }) => name);
    },
    handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
      const row: ReadRow = {};
      for (let place = 0; place < names.length; place++) row[names[place]] = fields[place];
      steps[step].onRow?.(row);
    },
    handleCommandComplete(): void {
      step++;
    },
    handleError: (error: Error) => query.callback(error),
    handleReadyForQuery: () => query.callback(),
    handlePortalSuspended: () => undefined,
    handleEmptyQuery: () => undefined,
    handleCopyInResponse: () => undefined,
    handleCopyData: () => undefined,
  };
  return query;
}
