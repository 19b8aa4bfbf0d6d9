// node:http and pg: one INSERT for all events of a request.
import pg from 'pg';
import { insertMany } from './insert-many.js';
import { serveJson } from './json-server.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
serveJson<Record<string, unknown>[]>(
  (events) => insertMany(pool, events),
  (events) => ({ stored: events.length }),
);
