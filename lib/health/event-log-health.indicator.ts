import { Injectable } from '@nestjs/common';
import { EventLogHealth } from './event-log-health.js';
import type { HealthReport } from './health-report.interface.js';

/** As `HealthCheckService` of `@nestjs/terminus` takes it. */
export type HealthIndication<Key extends string> = Record<Key, HealthReport>;

/** The health of the event log for `HealthCheckService` of `@nestjs/terminus`. Nothing of that package is loaded by it. */
@Injectable()
export class EventLogHealthIndicator {
  constructor(private readonly health: EventLogHealth) {}

  /**
   * What `EventLogHealth.check()` says, under a key of its own. It never throws.
   *
   * @example
   * ```ts
   * @Get('health')
   * @HealthCheck()
   * check() {
   *   return this.healthChecks.check([() => this.eventLog.isHealthy()]);
   * }
   * ```
   */
  isHealthy(): Promise<HealthIndication<'event-log'>>;
  isHealthy<const Key extends string>(key: Key): Promise<HealthIndication<Key>>;
  async isHealthy(key = 'event-log'): Promise<HealthIndication<string>> {
    return { [key]: await this.health.check() };
  }
}
