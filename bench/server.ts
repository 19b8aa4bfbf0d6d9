import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const API_KEY = 'key-of-the-benchmark';

interface Usage {
  cpu: NodeJS.CpuUsage;
  memory: NodeJS.MemoryUsage;
  /** The longest that the event loop was held since the last time, milliseconds. */
  heldMs: number;
  /** Of a server with consumers: how late, in milliseconds, each batch came since the last time. */
  lags?: number[];
  /** Of a server with retention: how many events it has removed. */
  removed?: number;
  /** Of a server with all of them: the ids of events that its consumer was given since the last time, and who was erased. */
  handled?: string[];
  erased?: string[];
}

/** A server of `servers/` in a process of its own. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(file: string, env: NodeJS.ProcessEnv = {}): Promise<Server> {
    const path = fileURLToPath(new URL(`./servers/${file}.js`, import.meta.url));
    const child = fork(path, { env: { ...process.env, NODE_ENV: 'production', API_KEY, ...env } });
    const [{ port }] = (await Promise.race([once(child, 'message'), failed(child, file)])) as [{ port: number }];
    return new Server(child, `http://127.0.0.1:${port}/events`);
  }

  usage(): Promise<Usage> {
    return this.tell('usage');
  }

  /** Sends a message that this kind of server knows. */
  async tell(message: string): Promise<Usage> {
    this.child.send(message);
    const [usage] = await once(this.child, 'message');
    return usage as Usage;
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }
}

async function failed(child: ChildProcess, file: string): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`servers/${file} ended with ${code} before it listened`);
}
