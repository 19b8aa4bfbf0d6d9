import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { KEY } from './http-client.js';

const SAMPLE = 'dist/sample/01-basic/main.js'; // built by `npm run build:sample`, which `npm run test:faults` does first

export interface HostOptions {
  adapter?: string;
  /** Another program than the sample that takes events and says where. */
  program?: string;
  /** Flags of Node.js, such as `--max-old-space-size`. */
  flags?: readonly string[];
  /** Variables for the program. */
  variables?: Record<string, string>;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The sample in a process of its own. */
export class Host {
  private static readonly hosts: Host[] = [];

  private constructor(
    private readonly child: ChildProcess,
    /** Where it takes events. */
    readonly url: string,
  ) {}

  static async start(
    databaseUrl: string,
    { adapter = 'express', program = SAMPLE, flags = [], variables = {} }: HostOptions = {},
  ): Promise<Host> {
    const env = { ...process.env, PORT: '0', ADAPTER: adapter, DATABASE_URL: databaseUrl, API_KEY: KEY, ...variables };
    const child = spawn(process.execPath, [...flags, resolve(program)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const url = await new Promise<string>((resolve, reject) => {
      child.on('exit', () => reject(new Error(`The sample ended before it took events: ${output}`)));
      child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-4000)));
      child.stdout.on('data', (chunk) => {
        output += chunk;
        const port = /http:\/\/localhost:(\d+)\/events/.exec(output)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}/events`);
      });
    });
    const host = new Host(child, url);
    Host.hosts.push(host);
    return host;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal, if it still runs, and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Ending> {
    if (this.running) {
      const exit = once(this.child, 'exit');
      this.child.kill(signal);
      await exit;
    }
    return { code: this.child.exitCode, signal: this.child.signalCode };
  }

  /** For afterEach(). */
  static async killAll(): Promise<void> {
    await Promise.all(Host.hosts.splice(0).map((host) => host.end('SIGKILL')));
  }
}
