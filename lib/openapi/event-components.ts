import type { Type } from '@nestjs/common';
import type { EntityType } from '../events/entity-types/entity-type.js';
import { BATCH_RESULT_SCHEMA } from './batch-result-schema.js';
import { commonSchemas } from './common-schemas.js';
import { DtoSchemas } from './dto-schemas.js';
import { SENT_FIELDS, STORED_FIELDS } from './event-fields.js';
import type { Schema, Swagger } from './swagger.js';

/** What the operations refer to. */
export interface Components {
  readonly schemas: Map<string, Schema>;
  /** Classes of the host's that @nestjs/swagger describes. */
  readonly models: readonly Type[];
}

const EXAMPLES = [
  { entityType: 'message', type: 'message:copied', messageId: 'msg_1' },
  { entityType: 'search', type: 'search_query_submitted', searchQuery: 'guards' },
  { entityType: 'conversation', type: 'conversation:shared', conversationId: 'conv_1' },
];

/** The schemas of the events of these entity types, and of what else is sent and answered; `scope` stands before the names of the former. */
export function eventComponents(swagger: Swagger, entityTypes: readonly EntityType[], scope = ''): Components {
  const schemas = new Map<string, Schema>([
    [`${scope}EventLogEvent`, { ...oneOf('EventLogEvent', entityTypes), ...exampleOf(entityTypes) }],
    [`${scope}EventLogStoredEvent`, oneOf('EventLogStoredEvent', entityTypes)],
    ['EventLogBatchResult', BATCH_RESULT_SCHEMA],
    ...commonSchemas(swagger),
  ]);
  const models = new Set<Type>();
  for (const entityType of entityTypes) {
    const dtoSchemas = new DtoSchemas(swagger, `EventLogValue.${entityType.name}`, entityType.groups);
    const own = dtoSchemas.objectOf(
      entityType.dto,
      entityType.check.shape.fields.filter(({ key }) => !(key in SENT_FIELDS)),
    );
    schemas.set(`EventLogEvent.${entityType.name}`, eventOf(entityType, own, SENT_FIELDS, ['type']));
    schemas.set(`EventLogStoredEvent.${entityType.name}`, eventOf(entityType, own, STORED_FIELDS, Object.keys(STORED_FIELDS)));
    for (const [name, schema] of dtoSchemas.components) schemas.set(name, schema);
    for (const model of dtoSchemas.models) models.add(model);
  }
  return { schemas, models: [...models] };
}

function eventOf({ name }: EntityType, own: Schema, fields: Record<string, Schema>, required: string[]): Schema {
  return {
    type: 'object',
    required: ['entityType', ...required, ...(own.required ?? [])],
    properties: { entityType: { type: 'string', enum: [name] }, ...own.properties, ...fields },
  };
}

// Of a choice, Swagger UI makes an event without its `entityType`.
function exampleOf(entityTypes: readonly EntityType[]): Schema {
  const [example] = EXAMPLES.filter(({ entityType }) => entityTypes.some(({ name }) => name === entityType));
  return example === undefined ? {} : { example };
}

function oneOf(component: string, entityTypes: readonly EntityType[]): Schema {
  const refs = entityTypes.map(({ name }) => [name, `#/components/schemas/${component}.${name}`] as const);
  return {
    oneOf: refs.map(([, $ref]) => ({ $ref })),
    discriminator: { propertyName: 'entityType', mapping: Object.fromEntries(refs) },
  };
}
