import type { FactoryProvider, Type } from '@nestjs/common';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { describeController } from './describe-controller.js';
import { eventComponents } from './event-components.js';
import { EVENT_OPERATIONS } from './operations.js';
import { loadSwagger } from './swagger.js';

/**
 * Describes the routes of events for `SwaggerModule.createDocument()` of the host's, where @nestjs/swagger is installed.
 * `controller` is a subclass of `EventsController` that is made for one registration.
 */
export function openApiProvider(controller: Type): FactoryProvider<Promise<void>> {
  return {
    provide: Symbol('EVENT_LOG:OPEN_API'),
    useFactory: async (entityTypes: EntityTypeRegistry) => {
      const swagger = await loadSwagger();
      if (swagger === undefined) return;
      describeController(swagger, controller, EVENT_OPERATIONS, () => eventComponents(swagger, entityTypes.all));
    },
    inject: [EntityTypeRegistry],
  };
}
