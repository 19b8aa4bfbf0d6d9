import type { Database } from '../database.js';

/** What the database may be encoded in: SQL_ASCII keeps the bytes that it is sent, which are UTF-8. */
const KEEPS_UNICODE = /^(?:UTF8|SQL_ASCII)$/;

/** Refuses what would change texts; DateStyle, TimeZone and parsers of types don't, as all is written and read as text. */
export async function checkServerSettings(database: Database, deadline: number): Promise<void> {
  const sql = `SELECT current_setting('server_encoding') AS server, current_setting('client_encoding') AS client`;
  const [{ server, client }] = (await database.run({ sql }, deadline)).rows;
  if (!KEEPS_UNICODE.test(server!)) {
    throw new Error(
      `Expected the database to be encoded in UTF8, got ${server}, which has no place for most characters: make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
    );
  }
  if (client !== 'UTF8') {
    throw new Error(
      `Expected \`client_encoding\` of the connection to be UTF8, got ${client}: pg writes and reads UTF-8 alone, so leave it out of the data source's \`extra\`.`,
    );
  }
}
