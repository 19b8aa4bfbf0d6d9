import { IN_TIME } from './in-time.js';

/** To prepare a statement takes about as long as to read fifty events. */
const MAX_PREPARED = 50;
const MAX_PREPARED_LENGTH = 10_000;

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

const prepared = new Map();

function statementOf(sql) {
  const known = prepared.get(sql);
  if (known !== undefined) return known;
  const statement = database.prepare(sql);
  if (!statement.reader) return { statement, names: [] };
  const made = { statement: statement.raw(), names: statement.columns().map(({ name }) => name) };
  if (prepared.size === ${MAX_PREPARED}) prepared.clear();
  if (sql.length <= ${MAX_PREPARED_LENGTH}) prepared.set(sql, made);
  return made;
}

function run({ sql, values, begins, ends }) {
  if (begins) database.exec('BEGIN');
  try {
    const { statement, names } = statementOf(sql);
    return { names, rows: statement.reader ? statement.all(...values) : [statement.run(...values)].slice(1) };
  } finally {
    if (ends) database.exec('ROLLBACK');
  }
}

parentPort.on('message', (statement) => {
  try {
    parentPort.postMessage(run(statement));
  } catch ({ message, code }) {
    parentPort.postMessage({ message, code });
  }
});
`;
