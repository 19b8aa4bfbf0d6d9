import type { FactoryProvider, Type } from '@nestjs/common';
import { commonSchemas } from './common-schemas.js';
import { CONVERSATION_OPERATIONS } from './conversation-operations.js';
import { CONVERSATION_SCHEMAS } from './conversation-schemas.js';
import { describeController } from './describe-controller.js';
import { loadSwagger } from './swagger.js';

/**
 * Describes the routes of conversations and feedback, like `openApiProvider()`. The controllers are subclasses made for one
 * registration.
 */
export function conversationOpenApiProvider(controllers: readonly Type[]): FactoryProvider<Promise<void>> {
  return {
    provide: Symbol('EVENT_LOG:CONVERSATION_OPEN_API'),
    useFactory: async () => {
      const swagger = await loadSwagger();
      if (swagger === undefined) return;
      const components = () => ({ schemas: new Map([...commonSchemas(swagger), ...CONVERSATION_SCHEMAS]), models: [] });
      for (const controller of controllers) {
        describeController(swagger, controller, CONVERSATION_OPERATIONS[controller.name], components);
      }
    },
  };
}
