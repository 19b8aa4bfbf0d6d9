import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { LogLine } from '../../diagnostics/log-line.js';
import { logger } from '../../diagnostics/logger.js';
import { RepeatedLines } from '../../diagnostics/repeated-lines.js';
import { EventPrivacyService } from './event-privacy.service.js';

/** How often is looked for what another instance has left. */
const LOOK_MS = 60_000;

const lines = new RepeatedLines((line) => logger.warn(line));

/** Goes on with erasures that were cut short, from the host's start to its shutdown. */
@Injectable()
export class ErasuresHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private running?: Promise<void>;

  constructor(private readonly privacy: EventPrivacyService) {}

  onApplicationBootstrap(): void {
    this.running = this.runOn();
  }

  // Before connections are closed: the slice in hand needs one.
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async runOn(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.resume().catch((error: unknown) => {
        if (!signal.aborted) lines.write('Erasures wait', LogLine.of('An erasure can not go on right now', error));
      });
      await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async resume(): Promise<void> {
    for (const { id, mode, counts, conversations } of await this.privacy.resume(this.closing.signal)) {
      const events = counts.reduce((sum, count) => sum + count.events, 0);
      const text = `The erasure ${id} that was cut short is done (${mode}): ${events} events and ${conversations} conversations.`;
      logger.log(new LogLine('An erasure that was cut short is done', { erasure: id, mode, count: events, conversations }, text));
    }
  }
}
