// Stores conversations, one after another and each in two steps, until it is killed; says after each step what is acknowledged.
// With TORN, statement by statement: what a test must find.
import { DataSource } from 'typeorm';
import { OwnTables } from '../../dist/esm/typeorm/engines/own-tables.js';
import { TypeOrmConversationStore } from '../../dist/esm/typeorm/index.js';

if (process.env.TORN) {
  OwnTables.prototype.writeAll = async function (statements) {
    for (const statement of statements) await this.write(statement);
  };
}

const source = await new DataSource(JSON.parse(process.env.SOURCE)).initialize();
const store = new TypeOrmConversationStore(source);
await store.onModuleInit();
const at = '2026-01-01T00:00:00.000Z';
const limits = { maxMessages: 10_000, maxBytes: 10_000_000 };
for (let number = 0; ; number++) {
  const id = `conv_${process.pid}_${number}`;
  for (const count of [1_000, 1_900]) {
    const messages = Array.from({ length: count }, (_, place) => {
      const text = `{"content":"${place}"}`;
      return { id: `m${place}`, isNamed: true, role: 'user', createdAt: at, text, digest: `d${place}`, textDigest: `t${place}` };
    });
    const ids = {
      id,
      sentId: null,
      projectId: 'p',
      integrationId: null,
      firstKey: id,
      originKey: null,
      originId: null,
      externalKey: null,
    };
    const fields = { type: 'openai', properties: { count } };
    await store.save({ ...ids, ...limits, createdAt: at, receivedAt: at, fields, messages, mayChange: true });
    process.stdout.write(`${id} ${count}\n`);
  }
}
