import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { eventLogConversationMigrations, TypeOrmConversationStore } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../utils/databases.js';
import { describeEngines } from '../utils/describe-engines.js';

const ROUNDS = Number(process.env.CONVERSATION_KILLS ?? 4);
/** Of a store that tears what it writes: so many at most until a torn one is found. */
const CONTROL_ROUNDS = 30;

describeEngines(
  'conversations whose process is killed',
  (engine) => {
    let source: DataSource;

    beforeAll(async () => {
      const migrations = eventLogConversationMigrations;
      source = await new DataSource(dataSourceOptions(engine.url, { migrations })).initialize();
    });
    afterAll(() => source.destroy());

    /** Writes in a process of its own, which is killed while it does; resolves to how many messages it has acknowledged of each. */
    async function writeAndKill(variables: Record<string, string> = {}): Promise<Map<string, number>> {
      const options = dataSourceOptions(engine.url, { entities: [], migrations: [], migrationsRun: false });
      const env = { ...process.env, ...variables, SOURCE: JSON.stringify(options) };
      const child = spawn(process.execPath, ['test/faults/conversation-writer.mjs'], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      await once(child.stdout, 'data');
      await delay(500 * Math.random());
      child.kill('SIGKILL');
      await once(child, 'close');
      const lines = output
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' '));
      return new Map(lines.map(([id, count]) => [id, Number(count)]));
    }

    /** Of those that are stored since, how many are not as one of the steps has left them. */
    async function faultsOf(acknowledged: ReadonlyMap<string, number>): Promise<{ torn: number; lost: number }> {
      const store = new TypeOrmConversationStore(source);
      const { conversations } = await store.list({ projectId: 'p' }, { limit: 10_000, offset: 0 });
      const counts = new Map(conversations.map(({ id, messages }) => [id, messages.length]));
      const torn = conversations.filter(({ messages, properties }) => messages.length !== properties?.count).length;
      const lost = [...acknowledged].filter(([id, count]) => (counts.get(id) ?? 0) < count).length;
      for (const { id } of conversations) await store.erase(id, {});
      return { torn, lost };
    }

    it(`are whole as one of their upserts has left them, and none that was acknowledged is lost, in ${ROUNDS} kills`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const acknowledged = await writeAndKill();
        expect(acknowledged.size).toBeGreaterThan(0);
        expect(await faultsOf(acknowledged)).toEqual({ torn: 0, lost: 0 });
      }
    }, 300_000);

    it('are found torn where a store writes them statement by statement', async () => {
      let torn = 0;
      for (let round = 0; round < CONTROL_ROUNDS && torn === 0; round++) {
        ({ torn } = await faultsOf(await writeAndKill({ TORN: 'yes' })));
      }
      expect(torn).toBeGreaterThan(0);
    }, 300_000);
  },
  ['SQLite', 'PostgreSQL'],
);
