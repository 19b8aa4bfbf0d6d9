// (s) node:http and better-sqlite3: one commit a request, as durable as the module's.
import Database from 'better-sqlite3';
import { serveJson } from './json-server.js';
import { COLUMNS, rowOf } from './row.js';

const database = new Database(process.env.DATABASE_URL!.slice('sqlite:'.length));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
const insert = database.prepare(`INSERT INTO event_log_events (${COLUMNS.join()}) VALUES (${COLUMNS.map(() => '?').join()})`);
serveJson((event) => insert.run(rowOf(event, new Date().toISOString().slice(0, 23).replace('T', ' '))));
