import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { EventLogSettings } from '../options/event-log-settings.js';
import { isOpen } from './host/is-answered.js';
import { until } from '../timing/until.js';

/** After how many checks without a new request the host counts as idle. */
const IDLE_CHECKS = 3;
const MAX_DRAIN_MS = 1_000;

/**
 * The answers that the module's routes owe. Once the host shuts down, each closes its connection, so that no client
 * sends its next request on one that is about to be closed; and those owed by then are sent before the server stops.
 */
@Injectable()
export class PendingAnswers implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly pending = new Set<ServerResponse>();
  private received = 0;
  private closing = false;

  constructor(private readonly settings: EventLogSettings) {}

  add(response: ServerResponse): void {
    this.received++;
    this.pending.add(response);
    response.once('close', () => this.pending.delete(response));
    if (this.closing) this.close(response);
  }

  onModuleDestroy(): void {
    this.closing = true;
    for (const response of this.pending) this.close(response);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.untilIdle();
    const owed = [...this.pending];
    await until(() => !owed.some((response) => this.pending.has(response)), this.settings.answerTimeout);
    // One that is still being sent, as an export to a slow client, must not hold up the host.
    for (const response of owed) if (this.pending.has(response)) response.destroy();
  }

  private close(response: ServerResponse): void {
    this.closeConnectionOf(response);
    // A server that closes would wait forever for a body that does not arrive.
    setTimeout(() => response.req.complete || response.destroy(), this.settings.answerTimeout).unref();
  }

  private closeConnectionOf(response: ServerResponse): void {
    if (!isOpen(response) || response.req.httpVersionMajor !== 1) return;
    try {
      response.setHeader('Connection', 'close');
    } catch {
      // The host has put something in the way of its own responses, and must shut down all the same.
    }
  }

  // Node accepts one connection each turn of its loop, and closing the server resets those that only the system has accepted.
  private async untilIdle(): Promise<void> {
    let idleChecks = -1;
    let before = this.received;
    const isIdle = () => {
      idleChecks = this.received === before ? idleChecks + 1 : 0;
      before = this.received;
      return idleChecks === IDLE_CHECKS;
    };
    await until(isIdle, MAX_DRAIN_MS);
  }
}
