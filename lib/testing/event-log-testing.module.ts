import { type DynamicModule, Module } from '@nestjs/common';
import type { EventLogExtras } from '../event-log-extras.interface.js';
import { EventLogModule } from '../event-log.module.js';
import type { EventLogOptions } from '../options/event-log-options.interface.js';
import { InMemoryConversationStore } from '../storage/conversations/in-memory-conversation.store.js';
import { EventRepository } from '../storage/event.repository.js';
import { TestEventRepository } from './test-event.repository.js';

/**
 * `EventLogModule` for tests of a host: in memory, without a route and without keys. What is logged passes all checks of
 * production, and then stands in `TestEventRepository`.
 *
 * @example
 * ```ts
 * const app = await Test.createTestingModule({ imports: [EventLogTestingModule], providers: [OrdersService] }).compile();
 * await app.get(OrdersService).complete('o_1');
 * expect(app.get(TestEventRepository).events()).toMatchObject([{ type: 'order.completed' }]);
 * ```
 */
@Module({ imports: [register()], exports: [EventLogModule] })
export class EventLogTestingModule {
  /**
   * With options of `EventLogModule.forRoot()`, such as `isGlobal`, or `route: true` with `apiKeys`. In a module of the host's
   * that has the real one, `overrideModule(eventLog).useModule(EventLogTestingModule.forRoot())` takes its place, where
   * `eventLog` is what `EventLogModule.forRoot()` made for it.
   */
  static forRoot(options?: Omit<EventLogOptions & Partial<EventLogExtras>, 'storage'>): DynamicModule {
    return register(options);
  }
}

function register(options: EventLogOptions & Partial<EventLogExtras> = {}): DynamicModule {
  const reader = { useFactory: (repository: TestEventRepository) => repository.reader(), inject: [EventRepository] };
  const storage = { repository: TestEventRepository, reader, conversations: InMemoryConversationStore };
  const { providers = [], exports = [], ...rest } = EventLogModule.forRoot({ route: false, ...options, storage });
  const events = { provide: TestEventRepository, useExisting: EventRepository };
  return { ...rest, providers: [...providers, events], exports: [...exports, TestEventRepository] };
}
