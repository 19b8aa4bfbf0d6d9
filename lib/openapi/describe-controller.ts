import type { Type } from '@nestjs/common';
import type { Components } from './event-components.js';
import type { Operation } from './operation.interface.js';
import { problemResponse } from './problem-responses.js';
import type { Schema, Swagger } from './swagger.js';

type Method = (...args: unknown[]) => unknown;

/** What a described method calls. */
const undescribed = new WeakMap<Method, Method>();

/**
 * Describes methods of a controller, each on a function of its own: those that it inherits belong to all applications of the
 * process. `components` is asked for whenever a document is made, as modules add entity types until the application has booted.
 */
export function describeController(
  swagger: Swagger,
  controller: Type,
  operations: Record<string, Operation>,
  components: () => Components,
): void {
  for (const [name, operation] of Object.entries(operations)) {
    const method = ownMethod(controller, name);
    for (const decorate of decoratorsOf(swagger, controller, operation)) decorate(controller.prototype as object, name, method);
    modelsOf(swagger, components)(controller.prototype as object, name, method);
  }
}

function decoratorsOf(swagger: Swagger, controller: Type, operation: Operation): MethodDecorator[] {
  const { headers, query = [], path, isBearer, success, problems, ...described } = operation;
  // The host may name a scheme of its own by a decorator on the controller.
  const isNamed = Reflect.hasMetadata(swagger.DECORATORS.API_SECURITY, controller);
  const security = isBearer ? (isNamed ? undefined : [{ bearer: [] }]) : [];
  return [
    swagger.ApiExcludeEndpoint(false),
    swagger.ApiOperation({ ...described, security }),
    ...headers.map((header) => swagger.ApiHeader(header)),
    ...(path ? [swagger.ApiParam(path)] : []),
    ...query.map((parameter) => swagger.ApiQuery(parameter)),
    ...[{ ...success }, ...problems.map(problemResponse)].map((response) => swagger.ApiResponse(response)),
  ];
}

// @nestjs/swagger calls a function of this name for a class, each time that a document is made.
function modelsOf(swagger: Swagger, components: () => Components): MethodDecorator {
  const type = (): Type => {
    const { schemas, models } = components();
    const [first, ...others] = Array.from(schemas, ([name, schema]) => modelOf(swagger, name, schema));
    swagger.ApiExtraModels(...others, ...models)(first);
    return first;
  };
  return swagger.ApiExtraModels(type);
}

/** A class that is in the document as this schema. */
function modelOf(swagger: Swagger, name: string, schema: Schema): Type {
  const Model = class {};
  // A copy, as what is nullable is changed in place for OpenAPI 3.1.
  const copy = JSON.parse(JSON.stringify(schema)) as Schema;
  // Without these two, each class would be an object, also where the schema says something else.
  swagger.ApiSchema({ type: undefined, properties: undefined, ...copy, name })(Model);
  return Model;
}

// A module that is imported by several applications of a process describes its controller anew for each.
function ownMethod(controller: Type, name: string): PropertyDescriptor {
  const prototype = controller.prototype as Record<string, Method>;
  const inherited = undescribed.get(prototype[name]) ?? prototype[name];
  const own = {
    [name](this: object, ...args: unknown[]): unknown {
      return inherited.apply(this, args);
    },
  }[name];
  undescribed.set(own, inherited);
  for (const key of Reflect.getMetadataKeys(inherited)) Reflect.defineMetadata(key, Reflect.getMetadata(key, inherited), own);
  Object.defineProperty(prototype, name, { value: own, configurable: true, writable: true });
  return { value: own };
}
