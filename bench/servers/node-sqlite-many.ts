// node:http and better-sqlite3: one INSERT for all events of a request, as durable as the module's.
import Database from 'better-sqlite3';
import { serveJson } from './json-server.js';
import { COLUMNS, rowOf } from './row.js';

const database = new Database(process.env.DATABASE_URL!.slice('sqlite:'.length));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
const row = `(${COLUMNS.map(() => '?').join()})`;
const prepare = (rows: number) =>
  database.prepare(`INSERT INTO event_log_events (${COLUMNS.join()}) VALUES ${Array(rows).fill(row).join()}`);
let insert: { rows: number; statement: Database.Statement } | undefined;

serveJson<Record<string, unknown>[]>(
  (events) => {
    if (insert?.rows !== events.length) insert = { rows: events.length, statement: prepare(events.length) };
    const time = new Date().toISOString().slice(0, 23).replace('T', ' ');
    insert.statement.run(events.flatMap((event) => rowOf(event, time)));
  },
  (events) => ({ stored: events.length }),
);
