import { type DynamicModule, Module } from '@nestjs/common';
import type { EventLogExtras } from './event-log-extras.interface.js';
import { checkedHooks } from './ingestion/hooks/checked-hooks.js';
import { EVENT_HOOKS, EventHooks } from './ingestion/hooks/event-hooks.js';

/** The hooks of the host, which Nest builds with what the modules of the extra `imports` export. */
@Module({})
export class EventLogHooksModule {
  static register(hooks: EventLogExtras['hooks'] = [], imports: EventLogExtras['imports'] = []): DynamicModule {
    const classes = checkedHooks(hooks);
    const instances = { provide: EVENT_HOOKS, useFactory: (...built: unknown[]) => built, inject: classes };
    return { module: EventLogHooksModule, imports, providers: [...classes, instances, EventHooks], exports: [EventHooks] };
  }
}
