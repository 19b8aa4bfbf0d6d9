import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What goes wrong with a request; what is stored before that, or not, is a part of it. */
export type Fault = (answer: ServerResponse, store: () => string) => unknown;

/** An attempt to insert: its token, and the rows as they were sent. */
export interface Insert {
  readonly table: string;
  readonly token: string;
  readonly rows: string;
  /** On how many replicas it has to be. */
  readonly quorum: string | null;
}

const EXCEPTION = 'X-ClickHouse-Exception-Code';

/** Faults of transport, each as a server, a proxy or the net makes it. */
export const FAULTS = {
  refusal: (answer) => answer.writeHead(503, { 'Content-Type': 'text/plain' }).end('no healthy upstream'),
  resetBefore: (answer) => (answer.socket as { resetAndDestroy(): void }).resetAndDestroy(),
  resetAfter: (answer, store) => {
    store();
    (answer.socket as { resetAndDestroy(): void }).resetAndDestroy();
  },
  silence: (_answer, store) => void store(),
  slowAnswer: async (answer, store) => {
    for (const character of store()) {
      await delay(1);
      answer.write(character);
    }
    answer.end();
  },
  cutAnswer: (answer, store) => {
    const body = store();
    answer.writeHead(200, { 'Content-Length': body.length + 10 }).write(body.slice(0, body.length / 2));
    setTimeout(() => answer.destroy(), 20);
  },
  halfAnswer: (answer, store) => {
    const body = store();
    answer.writeHead(200).end(body.slice(0, body.length / 2));
  },
  page: (answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Please log in</html>'),
} satisfies Record<string, Fault>;

/** An error of ClickHouse, in words and by its number in a header. */
export function exception(code: number, type: string, message = 'Not now'): Fault {
  return (answer) =>
    answer
      .writeHead(500, { [EXCEPTION]: String(code) })
      .end(`Code: ${code}. DB::Exception: ${message}. (${type}) (version 26.7)`);
}

/**
 * What the module asks of ClickHouse over HTTP, answered without one: inserts are kept, once a token, and answers are those that it
 * would give. For what goes wrong between the two.
 */
export class CannedServer {
  /** All statements. */
  readonly asked: string[] = [];
  /** All attempts to insert, those that failed too. */
  readonly inserts: Insert[] = [];
  /** How many replicas a table of a cluster has; undefined of one that is not replicated. */
  replicas?: number;
  private readonly stored = new Map<string, Insert>();
  private faults: { of: RegExp; fault: Fault }[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, answer) => void this.answer(request, answer));
  }

  static async start(): Promise<CannedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CannedServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next requests that a pattern matches, one for each of these, go wrong. */
  fail(of: RegExp, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ of, fault })));
  }

  /** How many faults nobody has met yet. */
  get left(): number {
    return this.faults.length;
  }

  /** The rows of a table, in the order in which they were stored. */
  rowsOf<Row extends object>(table: string): Row[] {
    const inserts = [...this.stored.values()].filter((insert) => insert.table === table);
    return inserts.flatMap(({ rows }) => rows.trim().split('\n')).map((row) => JSON.parse(row) as Row);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parameters = new URL(request.url!, 'http://local').searchParams;
    const body = await text(request).catch(() => '');
    const sql = parameters.get('query') ?? body;
    this.asked.push(sql);
    const [, table] = /^INSERT INTO \w+\.event_log_(\w+)/.exec(sql) ?? [];
    const insert = table && {
      table,
      token: parameters.get('insert_deduplication_token')!,
      rows: body,
      quorum: parameters.get('insert_quorum'),
    };
    if (insert) this.inserts.push(insert);
    const store = () => {
      if (insert)
        this.stored.set(`${insert.table} ${insert.token}`, this.stored.get(`${insert.table} ${insert.token}`) ?? insert);
      return this.answerTo(sql);
    };
    const index = this.faults.findIndex(({ of }) => of.test(sql));
    if (index === -1) answer.end(store());
    else await this.faults.splice(index, 1)[0].fault(answer, store);
  }

  private answerTo(sql: string): string {
    if (sql.includes('max(version)')) return lines([{ version: this.rowsOf('migrations').length }]);
    if (sql.includes('system.replicas')) return lines(this.replicas === undefined ? [] : [{ total_replicas: this.replicas }]);
    if (sql.includes('system.tables')) return '{"comment":"","create_table_query":""}\n';
    if (/^SELECT .*event_log_progress/.test(sql)) return lines(this.rowsOf('progress').slice(-1));
    if (/^SELECT .*event_log_events AS e /.test(sql)) return lines(this.rowsOf('events').reverse());
    return '';
  }
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
