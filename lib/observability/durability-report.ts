import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '../diagnostics/logger.js';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { Durability } from '../storage/durability.interface.js';
import { EventRepository } from '../storage/event.repository.js';

/** Logs at boot what a 200 promises; with `durability: 'strict'`, refuses to boot on less than surviving a power cut. */
@Injectable()
export class DurabilityReport implements OnApplicationBootstrap {
  constructor(
    private readonly repository: EventRepository,
    private readonly settings: EventLogSettings,
  ) {}

  // Later than onModuleInit, where repositories open what they store in.
  async onApplicationBootstrap(): Promise<void> {
    const durability = (await this.repository.durability?.()) ?? unstated(this.repository);
    const line = lineOf(durability);
    if (durability.survives === 'power cut') return logger.log(line);
    if (this.settings.durability === 'report') return logger.warn(line);
    throw new Error(`EventLogModule is configured with \`durability: 'strict'\`, but: ${line}`);
  }
}

function unstated(repository: EventRepository): Durability {
  return { survives: 'unknown', because: `${repository.constructor.name} has no durability() that states it` };
}

function lineOf({ survives, because }: Durability): string {
  if (survives === 'unknown') return `It is unknown what a 200 survives: ${because}.`;
  if (survives === 'nothing') return `A 200 survives nothing: ${because}.`;
  return `A 200 survives ${survives === 'power cut' ? 'a' : 'only a'} ${survives}: ${because}.`;
}
