import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { EventLogSettings } from '../options/event-log-settings.js';

const CHECK_MS = 10;
const QUIET_TURNS = 3;
const MAX_UNQUIET_MS = 1_000;

/**
 * The answers that the module's route owes. Once the host shuts down, each closes its connection, so that no client
 * sends its next request on one that is about to be closed; and those owed by then are sent before the server stops.
 */
@Injectable()
export class PendingAnswers implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly pending = new Set<ServerResponse>();
  private taken = 0;
  private closing = false;

  constructor(private readonly settings: EventLogSettings) {}

  add(response: ServerResponse): void {
    this.taken++;
    this.pending.add(response);
    response.once('close', () => this.pending.delete(response));
    if (this.closing) this.close(response);
  }

  onModuleDestroy(): void {
    this.closing = true;
    for (const response of this.pending) this.close(response);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.untilQuiet();
    const deadline = performance.now() + this.settings.answerTimeout;
    const owed = [...this.pending];
    while (owed.some((response) => this.pending.has(response)) && performance.now() < deadline) await delay(CHECK_MS);
  }

  private close(response: ServerResponse): void {
    if (!response.headersSent && response.req.httpVersionMajor === 1) response.setHeader('Connection', 'close');
    // For a body that doesn't arrive, a server that closes would wait for ever.
    setTimeout(() => response.req.complete || response.destroy(), this.settings.answerTimeout).unref();
  }

  // Closing the server resets what the system has taken but Node has not: it accepts one connection each turn of its loop.
  private async untilQuiet(): Promise<void> {
    const deadline = performance.now() + MAX_UNQUIET_MS;
    let quietTurns = 0;
    while (quietTurns < QUIET_TURNS && performance.now() < deadline) {
      const before = this.taken;
      await delay(CHECK_MS);
      quietTurns = this.taken === before ? quietTurns + 1 : 0;
    }
  }
}
