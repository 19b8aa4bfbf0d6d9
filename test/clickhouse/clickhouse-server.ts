import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../utils/free-port.js';

const START_MS = 30_000;

/** A server of ClickHouse of one's own, asked over HTTP, with its data in a folder. While none runs, connections to it are refused. */
export class ClickHouseServer {
  private child?: ChildProcess;

  private constructor(
    private readonly path: string,
    readonly httpPort: number,
    readonly tcpPort: number,
  ) {}

  static async at(path: string): Promise<ClickHouseServer> {
    return new ClickHouseServer(path, await freePort(), await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** Of its process; undefined before it starts. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves once it answers. `configuration` is a file in the format of `config.xml`. */
  async start(configuration?: string): Promise<void> {
    const options = [
      this.path,
      String(this.httpPort),
      String(this.tcpPort),
      ...(configuration === undefined ? [] : [configuration]),
    ];
    const child = spawn('python3', ['test/clickhouse/server.py', ...options], { stdio: ['pipe', 'ignore', 'pipe'] });
    this.child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const deadline = performance.now() + START_MS;
    while (!(await this.answers())) {
      if (child.exitCode !== null) throw new Error(`ClickHouse ended with ${child.exitCode}: ${said}`);
      if (performance.now() > deadline) throw new Error(`ClickHouse did not answer in ${START_MS} ms: ${said}`);
      await delay(50);
    }
  }

  /** What it was doing has no answer, whether it was done or not. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  private async answers(): Promise<boolean> {
    const answer = await fetch(`${this.url}/ping`).catch(() => undefined);
    return answer?.ok === true;
  }
}
