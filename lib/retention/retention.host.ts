import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap, Optional } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { setTimeout as delay } from 'node:timers/promises';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { warnOfUnknownEntityTypes } from '../events/entity-types/warn-of-unknown-entity-types.js';
import { shownRule } from '../options/retention/shown-rule.js';
import { ConversationStore } from '../storage/conversations/conversation.store.js';
import { providedIn } from '../storage/provided-in.js';
import { EventRetentionService } from './event-retention.service.js';
import { CONVERSATION } from './old-conversations.js';
import { bootLine } from './retention-lines.js';
import { RetentionSettings } from './retention-settings.js';

/** After the start, which has enough to do. */
const FIRST_MS = 10_000;

/** Runs retention from the host's start to its shutdown. Without rules, it asks for nothing and keeps no timer. */
@Injectable()
export class RetentionHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private running?: Promise<void>;

  constructor(
    private readonly retention: EventRetentionService,
    private readonly settings: RetentionSettings,
    private readonly modules: ModuleRef,
    // Without EventLogModule there is none, which the feed tells in words for hosts.
    @Optional() private readonly entityTypes?: EntityTypeRegistry,
  ) {}

  onApplicationBootstrap(): void {
    const { rules } = this.settings;
    const hasConversations = providedIn(this.modules, ConversationStore) !== undefined;
    logger.log(bootLine(rules.all, hasConversations));
    // Not earlier, as any module of the host may add types until then.
    for (const rule of rules.all) {
      const { entityType } = rule;
      if (entityType === undefined || (entityType === CONVERSATION && hasConversations)) continue;
      warnOfUnknownEntityTypes(`The rule that keeps ${shownRule(rule, rules.all.length)}`, [entityType], this.entityTypes);
    }
    if (rules.all.length > 0) this.running = this.runOn();
  }

  // Before connections are closed: the slice in hand needs one.
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.running;
  }

  private async runOn(): Promise<void> {
    const { signal } = this.closing;
    const wait = (ms: number) => delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
    for (await wait(Math.min(FIRST_MS, this.settings.every)); !signal.aborted; await wait(this.settings.every))
      await this.runOnce();
  }

  private async runOnce(): Promise<void> {
    try {
      await this.retention.run(this.closing.signal);
    } catch (error) {
      logger.warn(LogLine.of('Retention could not go on, and tries again later', error));
    }
  }
}
