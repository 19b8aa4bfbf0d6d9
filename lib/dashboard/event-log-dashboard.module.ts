import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { decoratedController } from '../http/decorated-controller.js';
import { OwnRoutesModule } from '../http/own-routes.module.js';
import { checkedRegistration } from '../options/checks/checked-registration.js';
import { DashboardPage } from './dashboard-page.js';
import { dashboardPaths } from './dashboard-paths.js';
import { DashboardController } from './dashboard.controller.js';
import type { EventLogDashboardOptions } from './event-log-dashboard-options.interface.js';

/**
 * A page that shows the events of `EventLogQueryModule`, to those who give it a key with `events:read`. Import it once, beside
 * `EventLogModule` and `EventLogQueryModule`.
 */
@Module({})
export class EventLogDashboardModule {
  /**
   * The page at this path. Throws where an option is wrong; the message names it and the fix.
   *
   * @example
   * ```ts
   * imports: [
   *   EventLogModule.forRoot({ apiKeys, storage: typeOrmStorage() }),
   *   EventLogQueryModule.forRoot(),
   *   EventLogDashboardModule.forRoot({ path: 'event-log' }),
   * ]
   * ```
   */
  static forRoot(options: EventLogDashboardOptions = {}): DynamicModule {
    const paths = dashboardPaths(checkedRegistration(options, 'EventLogDashboardModule.forRoot({ path })'));
    const mounted = decoratedController(DashboardController, [Controller(paths.path)]);
    return {
      module: EventLogDashboardModule,
      imports: [OwnRoutesModule],
      controllers: [decoratedController(mounted, options.decorators)],
      providers: [{ provide: DashboardPage, useFactory: () => new DashboardPage(paths) }],
    };
  }
}
