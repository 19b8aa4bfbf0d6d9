// (d) node:http and pg: one prepared INSERT a request.
import pg from 'pg';
import { serveJson } from './json-server.js';
import { COLUMNS, rowOf } from './row.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const values = COLUMNS.map((_column, index) => `$${index + 1}`);
const text = `INSERT INTO event_log_events (${COLUMNS.join()}) VALUES (${values.join()})`;
serveJson((event) => pool.query({ name: 'insert', text, values: rowOf(event, new Date().toISOString()) }));
