import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { TypeOrmEventFeed } from 'nestjs-event-log/typeorm';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../utils/databases.js';
import { describeEngines, type EngineName } from '../../utils/describe-engines.js';

const EVENTS = Number(process.env.FEED_EVENTS ?? 100_000);
/** On SQLite one transaction writes at a time, and who sleeps in one keeps all others waiting: as many would take minutes. */
const SHARE_ON_SQLITE = 1 / 5;
/** Room for busy machines. */
const TIMEOUT_MS = 600_000;
const COLUMNS = ['project_key', 'id', 'entity_type', 'type', 'created_at', 'project_id', 'received_at'];

/** What a reader goes on from that knows of no transactions. On SQLite, numbers are right by themselves: there it is the time. */
const NAIVE: Record<EngineName, string> = { PostgreSQL: 'feed_number', 'MySQL or MariaDB': 'feed_number', SQLite: 'received_at' };

interface Acknowledged {
  id: string;
  sent: number;
  acked: number;
}

class Writers {
  readonly acknowledged = new Map<string, Acknowledged>();
  private readonly children = new Set<ChildProcess>();

  constructor(private readonly url: string) {}

  start(writers: number, share: number): ChildProcess {
    const { type, database, url } = dataSourceOptions(this.url) as unknown as Record<string, string>;
    const pool = type === 'postgres' ? { max: writers } : { connectionLimit: writers };
    const options = {
      type,
      database,
      url,
      ...(type !== 'better-sqlite3' && { extra: pool }),
      ...(type === 'mysql' && { timezone: 'Z' }),
    };
    const argument = JSON.stringify({ options, writers, share, columns: COLUMNS });
    const child = spawn(process.execPath, ['test/faults/feed-writers.mjs', argument], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      // What is killed may leave half a line.
      if (!line.endsWith('}')) return;
      const event = JSON.parse(line) as Acknowledged;
      this.acknowledged.set(event.id, event);
    });
    return child;
  }

  async stop(): Promise<void> {
    const ended = [...this.children].map((child) => once(child, 'close'));
    for (const child of this.children) child.stdin!.end();
    await Promise.all(ended);
  }

  kill(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

/** Reads on by a column alone, as one does who has a number or a time and nothing else. */
async function* readNaively(source: DataSource, column: string): AsyncGenerator<string[]> {
  let last: unknown = column === 'feed_number' ? 0 : '';
  const place = source.options.type === 'postgres' ? '$1' : '?';
  for (;;) {
    const rows: Record<string, unknown>[] = await source.query(
      `SELECT id, ${column} AS place FROM event_log_events WHERE ${column} > ${place} ORDER BY ${column} LIMIT 2000`,
      [last],
    );
    last = rows.at(-1)?.place ?? last;
    yield rows.map(({ id }) => String(id));
  }
}

/** How many pairs are in the wrong order: the later one was acknowledged before the earlier one was sent. */
function outOfOrder(ids: readonly string[], acknowledged: ReadonlyMap<string, Acknowledged>): number {
  let earliestAck = Infinity;
  let count = 0;
  for (const id of ids.toReversed()) {
    const event = acknowledged.get(id);
    if (event === undefined) continue; // committed, but killed before it was told of
    if (earliestAck < event.sent) count++;
    earliestAck = Math.min(earliestAck, event.acked);
  }
  return count;
}

describeEngines('The feed', (engine) => {
  const isSqlite = engine.name === 'SQLite';
  const count = EVENTS * (isSqlite ? SHARE_ON_SQLITE : 1);
  let source: DataSource | undefined;
  let writers: Writers | undefined;

  afterEach(async () => {
    writers?.kill();
    await source?.destroy();
  });

  it(
    `misses none of ${count} events of up to 64 writers that sleep, roll back and are killed, and a naive reader misses some`,
    async () => {
      source = await new DataSource(dataSourceOptions(engine.url)).initialize();
      const feed = new TypeOrmEventFeed(source);
      writers = new Writers(engine.url);
      // On SQLite, a process has one connection, and who sleeps keeps all others waiting.
      const [processes, connections, share] = isSqlite ? [3, 1, 0.004] : [2, 29, 0.2];
      for (let process = 0; process < processes; process++) writers.start(connections, share);

      const seen: string[] = [];
      const positions: string[] = [];
      const naive: string[] = [];
      const naiveReader = readNaively(source, NAIVE[engine.name]);
      let position = await feed.start('beginning');
      const readOn = async () => {
        const page = await feed.read(position, 1_000);
        for (const record of page.records) {
          positions.push(record.position);
          if (record.kind === 'stored') seen.push(record.event.id);
        }
        position = page.position;
        naive.push(...(await naiveReader.next()).value!);
        return page.records.length;
      };

      let isWriting = true;
      const killing = (async () => {
        while (isWriting) {
          const child = writers!.start(isSqlite ? 1 : 6, share * 2);
          await delay(1_500 + Math.random() * 1_000);
          child.kill('SIGKILL');
          await once(child, 'close');
        }
      })();
      const deadline = performance.now() + TIMEOUT_MS - 60_000;
      while (writers.acknowledged.size < count && performance.now() < deadline) if ((await readOn()) === 0) await delay(10);
      isWriting = false;
      await killing;
      await writers.stop();
      for (let empty = 0; empty < 20;) empty = (await readOn()) === 0 ? (await delay(50), empty + 1) : 0;

      const { acknowledged } = writers;
      const missed = (ids: readonly string[]) => {
        const set = new Set(ids);
        return [...acknowledged.keys()].filter((id) => !set.has(id)).length;
      };
      const again: string[] = [];
      for (let after = await feed.start('beginning'); ;) {
        const page = await feed.read(after, 1_000);
        if (page.records.length === 0) break;
        again.push(...page.records.map((record) => record.position));
        after = page.position;
      }
      console.log(
        `${engine.name}: ${acknowledged.size} acknowledged, ${seen.length} read, ${missed(seen)} missed, ${seen.length - new Set(seen).size} twice, ${outOfOrder(seen, acknowledged)} out of order; the naive reader missed ${missed(naive)}`,
      );
      expect(acknowledged.size).toBeGreaterThanOrEqual(count);
      expect(missed(seen)).toBe(0);
      expect(new Set(seen).size).toBe(seen.length);
      expect(outOfOrder(seen, acknowledged)).toBe(0);
      // What was read while they wrote is what is read now: nothing came to stand before a position that was passed.
      expect(again).toEqual(positions);
      expect(missed(naive)).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
