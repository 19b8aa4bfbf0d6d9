// ClickHouse in a process of its own, asked over IPC: it can be killed while the host lives.
import { text } from 'node:stream/consumers';
import { createChdbConnection } from 'chdb/connection';

const connection = createChdbConnection({ path: process.argv[2] });

process.on('message', ({ number, method, params }) => {
  answer(method, params).then(
    (result) => process.send({ number, result }),
    ({ message, code, type }) => process.send({ number, error: { message, code, type } }),
  );
});
process.on('disconnect', () => process.exit());
process.send('ready');

async function answer(method, params) {
  const { stream, ...result } = (await connection[method](params)) ?? {};
  return stream ? { ...result, text: await text(stream) } : result;
}
