import { IN_TIME } from './in-time.js';

/**
 * The program of the thread. As text, since the file of a program can't be found from here in the same way in both builds, in
 * bundles and in Jest; and not as the text of a function, since bundlers and coverage tools put calls into that one.
 */
export const READER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const { module: file, database: name, nativeBinding, key, stopped } = workerData;
const Database = require(file);

const database = new Database(name, { readonly: true, fileMustExist: true, nativeBinding });
if (key) database.pragma('key = ' + JSON.stringify(key));

database.function('${IN_TIME}', () => {
  if (Atomics.load(stopped, 0) === 1) throw new Error('The read was stopped');
  return 1;
});

function run({ sql, values }) {
  const statement = database.prepare(sql);
  if (statement.reader) return statement.all(...values);
  statement.run(...values);
  return [];
}

parentPort.on('message', (statement) => {
  try {
    parentPort.postMessage({ rows: run(statement) });
  } catch ({ message, code }) {
    parentPort.postMessage({ message, code });
  }
});
`;
