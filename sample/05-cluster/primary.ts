import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import type { Settings } from './settings.js';

/** Starts workers, puts another one in the place of each that ends by itself, and replaces all when it is told. */
export class Primary {
  port = 0;
  private readonly retiring = new Set<Worker>();
  private restarting: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(private readonly settings: Settings) {}

  get pids(): number[] {
    return this.workers.map(({ process }) => process.pid!);
  }

  /** Migrates, as a release step does elsewhere, and resolves once all workers take events. */
  async start(): Promise<void> {
    const dataSource = await new DataSource(dataSourceOptions(this.settings.databaseUrl)).initialize();
    await dataSource.runMigrations().finally(() => dataSource.destroy());
    for (let started = 0; started < this.settings.workers; started++) await this.startWorker();
  }

  /** Replaces the workers one by one: each goes once another one takes events. Calls wait for each other. */
  restart(): Promise<void> {
    this.restarting = this.restarting.then(async () => {
      for (const worker of this.workers) {
        await this.startWorker();
        await this.retire(worker);
      }
    });
    return this.restarting;
  }

  /** The workers answer what is in flight, and end. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers.map((worker) => this.retire(worker)));
  }

  private get workers(): Worker[] {
    return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  }

  private async startWorker(): Promise<void> {
    const worker = cluster.fork();
    worker.on('message', () => worker.send('end')); // it has closed its server, and waits for this, see Handover
    const hasStarted = once(worker, 'listening') as Promise<[AddressInfo]>;
    // One that can't even start would fail again and again.
    const hasEnded = once(worker, 'exit').then(() => Promise.reject(new Error('A worker could not start: see above.')));
    [{ port: this.port }] = await Promise.race([hasStarted, hasEnded]);
    hasEnded.catch(() => {
      if (this.isStopping || this.retiring.delete(worker)) return;
      console.log(`Worker ${worker.process.pid} has ended by itself.`);
      this.startWorker().catch((error: Error) => console.error(error.message));
    });
  }

  private async retire(worker: Worker): Promise<void> {
    this.retiring.add(worker);
    const hasEnded = once(worker, 'exit');
    worker.process.kill('SIGTERM');
    await hasEnded;
  }
}
