import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { TypeOrmEventRepository } from 'nestjs-event-log/typeorm';
import { dataSourceOptions, startPostgres, type TestDatabase } from '../utils/databases.js';
import { newRecord } from '../utils/events.js';
import { describeEngineInProcess } from './engine.js';

const KILLS = Number(process.env.KILLS ?? 5);
const DAY = 86_400_000;

interface Whole {
  rows: number;
  ids: number;
  days: { day: string; stored: number; copied: number }[];
}

describeEngineInProcess(
  'A copy whose process is killed again and again, with the engine in it, while clocks jump by an hour',
  () => {
    let postgres: TestDatabase;
    let dataSource: DataSource;
    let folder: string;

    beforeAll(async () => {
      postgres = await startPostgres();
      dataSource = await new DataSource(dataSourceOptions(postgres.url)).initialize();
      folder = await mkdtemp(join(tmpdir(), 'chdb-'));
    });

    afterAll(async () => {
      await dataSource.destroy();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    });

    function start(...mode: string[]): ChildProcess {
      const args = [
        '--import',
        './test/faults/jumping-clock.mjs',
        'test/clickhouse/copy-process.mjs',
        postgres.url,
        join(folder, 'data'),
        ...mode,
      ];
      return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    }

    async function linesOf({ stdout }: ChildProcess): Promise<string> {
      let text = '';
      for await (const chunk of stdout!) text += String(chunk);
      return text;
    }

    it(
      `has each event once in the end, of each day`,
      async () => {
        const repository = new TypeOrmEventRepository(dataSource);
        const writing = new AbortController();
        let written = 0;
        const writer = (async () => {
          while (!writing.signal.aborted) {
            const days = Array.from({ length: 200 }, (_one, index) => new Date(Date.now() - (index % 5) * DAY).toISOString());
            await repository.insert(days.map((createdAt) => newRecord({ createdAt, receivedAt: new Date().toISOString() })));
            written += days.length;
            await delay(20);
          }
        })();
        for (let kill = 0; kill < KILLS; kill++) {
          const child = start();
          await once(child.stdout!, 'data');
          // The lease of the one before it is free after six seconds.
          await delay(6_500 + Math.random() * 1_500);
          child.kill('SIGWINCH'); // its clock is an hour ahead; that of the next one is not
          await delay(Math.random() * 1_500);
          child.kill('SIGKILL');
          await once(child, 'exit');
        }
        writing.abort();
        await writer;
        const text = await linesOf(start('check'));
        const { rows, ids, days } = JSON.parse(text.trim().split('\n').at(-1)!) as Whole;
        expect({ rows, ids }).toEqual({ rows: written, ids: written });
        expect(days.filter(({ stored, copied }) => stored !== copied)).toEqual([]);
      },
      KILLS * 30_000 + 180_000,
    );
  },
);
