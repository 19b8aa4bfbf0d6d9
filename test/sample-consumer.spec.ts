import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './utils/until.js';

// Built by `npm run build:sample`, which `npm test` does first.
const SAMPLE = resolve('dist/sample/04-consumer/main.js');

/** The sample in a folder of its own, where it makes the database and the report. */
class Sample {
  private readonly folder = mkdtempSync(join(tmpdir(), 'event-log-sample-'));
  private readonly child: ChildProcess;
  private output = '';
  private logged = 0;

  constructor(env: Record<string, string> = {}) {
    this.child = spawn(process.execPath, [SAMPLE], {
      cwd: this.folder,
      env: { ...process.env, DATABASE_URL: 'sqlite:./data/consumers.sqlite', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (chunk) => (this.output += chunk));
  }

  get instances(): { url: string; pid: number }[] {
    const found = this.output.matchAll(/(http:\S+\/events) \(process (\d+)\)/g);
    return Array.from(found, ([, url, pid]) => ({ url: url!, pid: Number(pid) }));
  }

  /** The processes that were given events, in turn. */
  get holders(): number[] {
    return Array.from(this.output.matchAll(/Process (\d+) was given/g), ([, pid]) => Number(pid));
  }

  get report(): string {
    const file = join(this.folder, 'data/report.txt');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  hasSaid(text: string): boolean {
    return this.output.includes(text);
  }

  async log(url: string, count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { Authorization: 'Bearer demo-api-key', 'Content-Type': 'application/json' },
        body: JSON.stringify({ id: `e${this.logged++}`, entityType: 'message', type: 'copied', messageId: 'm' }),
      });
      await response.text();
      expect(response.status).toBe(200);
    }
  }

  async end(): Promise<void> {
    const ended = this.child.exitCode === null ? once(this.child, 'exit') : undefined;
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

let sample: Sample;
afterEach(() => sample.end());

const counts = (count: number) => new RegExp(`^ *${count} message "copied"$`, 'm');

it('The sample with a consumer goes on counting on the other instance when the one that counts is killed', async () => {
  sample = new Sample();
  await until('the first one has started', () => sample.hasSaid('successfully started'));
  await until('both instances take events', () => sample.instances.length === 2);
  for (const { url } of sample.instances) await sample.log(url, 10);
  await until('all are counted', () => counts(20).test(sample.report));
  await until('the receiver is sent them', () => sample.hasSaid('The receiver was sent '));

  const [holder] = sample.holders;
  const other = sample.instances.find(({ pid }) => pid !== holder)!;
  process.kill(holder!, 'SIGKILL');
  await until('it is told', () => sample.hasSaid(`Process ${holder} has ended (SIGKILL).`));
  await sample.log(other.url, 10);
  await until('the rest is counted', () => counts(30).test(sample.report));
  // The report is a file, what was said comes through a pipe: that the one is here says nothing of the other.
  await until('the other instance says so', () => sample.holders.includes(other.pid));
  expect([...new Set(sample.holders)]).toEqual([holder, other.pid]);
});

it('The sample with a consumer that can not start ends with 1 and a sentence', async () => {
  sample = new Sample({ DATABASE_URL: 'secret' });
  expect(await sample.exitCode()).toBe(1);
  expect(sample.hasSaid('Expected DATABASE_URL to be sqlite:<file>, postgres://… or mysql://…')).toBe(true);
});
