import type { FactoryProvider, Type } from '@nestjs/common';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import type { EntityTypes } from '../events/entity-types/entity-types.interface.js';
import { describeController } from './describe-controller.js';
import { eventComponents } from './event-components.js';
import { eventOperations } from './operations.js';
import { loadSwagger } from './swagger.js';

/**
 * Describes the routes of events for `SwaggerModule.createDocument()` of the host's, where @nestjs/swagger is installed.
 * `controller` is a subclass of `EventsController` that is made for one registration. `name` tells its events from those of other
 * controllers with other `entityTypes`.
 */
export function openApiProvider(
  controller: Type,
  name?: string,
  entityTypes: Type<EntityTypes> = EntityTypeRegistry,
): FactoryProvider<Promise<void>> {
  const scope = name === undefined ? '' : `${name}.`;
  return {
    provide: Symbol('EVENT_LOG:OPEN_API'),
    useFactory: async (types: EntityTypes) => {
      const swagger = await loadSwagger();
      if (swagger === undefined) return;
      describeController(swagger, controller, eventOperations(scope), () => eventComponents(swagger, types.all, scope));
    },
    inject: [entityTypes],
  };
}
