import type { FactoryProvider, Type } from '@nestjs/common';
import { EntityTypeRegistry } from '../events/entity-types/entity-type.registry.js';
import { describeController } from './describe-controller.js';
import { type Components, eventComponents } from './event-components.js';
import { READ_OPERATIONS } from './read-operations.js';
import { READ_SCHEMAS } from './read-schemas.js';
import { loadSwagger } from './swagger.js';

/** Describes the routes that read, like `openApiProvider()`. The controllers are subclasses that are made for one registration. */
export function readOpenApiProvider(controllers: readonly Type[]): FactoryProvider<Promise<void>> {
  return {
    provide: Symbol('EVENT_LOG:READ_OPEN_API'),
    useFactory: async (types: EntityTypeRegistry) => {
      const swagger = await loadSwagger();
      if (swagger === undefined) return;
      const components = (): Components => {
        const { schemas, models } = eventComponents(swagger, types.all);
        return { schemas: new Map([...schemas, ...READ_SCHEMAS]), models };
      };
      for (const controller of controllers) {
        describeController(swagger, controller, READ_OPERATIONS[controller.name] ?? {}, components);
      }
    },
    inject: [EntityTypeRegistry],
  };
}
