import { UserPropertiesDto } from '../events/entity-types/user-properties.dto.js';
import { DtoSchemas } from './dto-schemas.js';
import { PROBLEM_SCHEMA } from './problem-schema.js';
import type { Schema, Swagger } from './swagger.js';

/** What every room's routes refer to. */
export function commonSchemas(swagger: Swagger): [name: string, schema: Schema][] {
  return [
    ['EventLogUserProperties', { ...new DtoSchemas(swagger, '').objectOf(UserPropertiesDto), additionalProperties: true }],
    ['EventLogProblemDetails', PROBLEM_SCHEMA],
  ];
}
