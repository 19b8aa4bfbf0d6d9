import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { administer } from './databases.js';
import { freePort } from './free-port.js';

/** Why there is none, where there is none. */
export const noPgBouncer =
  spawnSync('pgbouncer', ['--version'], { stdio: 'ignore' }).error === undefined ? undefined : 'pgbouncer is not installed';

/** A PgBouncer of the test's own in transaction mode: each statement may run on another connection of the server. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** The database, through it. */
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<PgBouncer> {
    const target = new URL(databaseUrl);
    const user = decodeURIComponent(target.username);
    const password = decodeURIComponent(target.password);
    const database = target.pathname.slice(1);
    const folder = await mkdtemp(join(tmpdir(), 'event-log-pgbouncer-'));
    const port = await freePort();
    const config = join(folder, 'pgbouncer.ini');
    await writeFile(
      config,
      [
        '[databases]',
        `${database} = host=${target.hostname} port=${target.port} user=${user}${password && ` password=${password}`}`,
        '[pgbouncer]',
        'listen_addr = 127.0.0.1',
        `listen_port = ${port}`,
        'unix_socket_dir =',
        'auth_type = any',
        'pool_mode = transaction',
        'default_pool_size = 5',
        '',
      ].join('\n'),
    );
    await chmod(folder, 0o755);
    // It refuses to run as root.
    const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
    const child = spawn('pgbouncer', ['-q', ...asUser, config], { stdio: 'ignore' });
    const bouncer = new PgBouncer(child, folder, `postgres://${user}@127.0.0.1:${port}/${database}`);
    for (let attempt = 0; ; attempt++) {
      try {
        await administer(bouncer.url, 'SELECT 1');
        return bouncer;
      } catch (error) {
        if (attempt < 50) await delay(100);
        else throw await bouncer.stop().then(() => error);
      }
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exit = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exit;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
