import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { eventOf, type SentEvent } from './event.js';
import type { Completion, History } from './history.js';
import { until } from '../utils/until.js';

const CLIENTS = 16;
const PAUSE_MS = 20;

let runs = 0;

/**
 * Clients that send one event after the other, or one batch of so many, each on a connection of its own and each event with
 * an id of its own, until they are stopped or their connection breaks. After a 503 they pause.
 */
export class Load {
  /** Resolves when all clients have ended. */
  readonly done: Promise<unknown>;
  private readonly run = ++runs;
  private count = 0;
  private stopped = false;

  constructor(
    private readonly history: History,
    private readonly url: string,
    private readonly batchSize?: number,
  ) {
    this.done = Promise.all(Array.from({ length: CLIENTS }, () => this.client()));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }

  /** Waits for so many more events that were answered with 200. */
  async untilStored(count: number): Promise<void> {
    const before = this.history.count('ok');
    await until(`${count} events are stored`, () => this.history.count('ok') >= before + count);
  }

  private async client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.stopped) {
      const { answer, result = answer } = await this.send(agent);
      if (result === undefined) break;
      if (result.status === 503) await delay(PAUSE_MS);
    }
    agent.destroy();
  }

  private async send(agent: Agent): Promise<Completion> {
    if (this.batchSize === undefined) return this.history.send(this.url, this.newEvent(), agent);
    const events = Array.from({ length: this.batchSize }, () => this.newEvent());
    return (await this.history.sendBatch(this.url, events, agent))[0];
  }

  private newEvent(): SentEvent {
    return eventOf(`${this.run}-${++this.count}`);
  }
}

/** Sends an event until it is stored, as a patient client does: with growing pauses, and a bound of 30 s. */
export async function sendUntilStored(history: History, url: string, event: Completion['event']): Promise<Completion> {
  const deadline = performance.now() + 30_000;
  for (let pause = 50; ; pause = Math.min(2 * pause, 1_000)) {
    const completion = await history.send(url, event);
    if (completion.kind === 'ok' || performance.now() > deadline) return completion;
    await delay(pause * (0.5 + Math.random()));
  }
}
