import { nullable } from './field-schema.js';
import { DATE_TIME, JSON_OBJECT, SHORT_TEXT, USER_PROPERTIES } from './schema-parts.js';
import type { Schema } from './swagger.js';

const CREATED_AT = 'When it happened, in RFC 3339 with an offset';
const ID =
  'Unique within its project. The same event sent again under its id is answered with the one that was stored first, so that ' +
  'a request may be repeated.';

/** The fields of every event as they are sent: a test compares them with what is refused. */
export const SENT_FIELDS: Record<string, Schema> = {
  type: { ...SHORT_TEXT, description: 'What happened, in words of the sender' },
  id: { ...SHORT_TEXT, minLength: 1, description: `${ID} One is made where it is absent.` },
  createdAt: { ...nullable(DATE_TIME), description: `${CREATED_AT}; now, where it is absent` },
  projectId: { ...nullable(SHORT_TEXT), description: 'The one of the key, where it is absent' },
  integrationId: { ...nullable(SHORT_TEXT), description: 'The one of the key, where it is absent' },
  properties: nullable(JSON_OBJECT),
  userProperties: USER_PROPERTIES,
};

/** The same as they are answered, where all are there. */
export const STORED_FIELDS: Record<string, Schema> = {
  type: SHORT_TEXT,
  id: { ...SHORT_TEXT, minLength: 1, description: ID },
  createdAt: { ...DATE_TIME, description: 'When it happened, in UTC' },
  projectId: nullable(SHORT_TEXT),
  integrationId: nullable(SHORT_TEXT),
  properties: nullable(JSON_OBJECT),
  userProperties: USER_PROPERTIES,
};
