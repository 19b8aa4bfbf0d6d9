import type { Schema } from './swagger.js';

const count: Schema = { type: 'integer', minimum: 0 };

/** The answer to a batch. */
export const BATCH_RESULT_SCHEMA: Schema = {
  type: 'object',
  required: ['stored', 'replayed', 'refused', 'results'],
  properties: {
    stored: count,
    replayed: { ...count, description: 'Stored before, with the same id and content' },
    refused: count,
    results: {
      type: 'array',
      description: 'One an event, in their order',
      items: {
        oneOf: [
          {
            type: 'object',
            required: ['status', 'id'],
            properties: {
              status: { type: 'integer', enum: [200] },
              id: { type: 'string' },
              replayed: { type: 'boolean', enum: [true] },
            },
          },
          {
            type: 'object',
            required: ['status', 'retryable', 'problem'],
            properties: {
              status: { type: 'integer', minimum: 400 },
              retryable: { type: 'boolean', description: 'Whether the same event may be taken later' },
              problem: { $ref: '#/components/schemas/EventLogProblemDetails' },
            },
          },
        ],
      },
    },
  },
};
