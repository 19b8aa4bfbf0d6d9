import type { Schema } from './swagger.js';

const text: Schema = { type: 'string' };

/** The body of every error, `ProblemDetails` of `http/`. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  description: 'What an error tells its caller (RFC 9457)',
  required: ['title', 'status', 'detail', 'instance', 'requestId', 'code', 'error'],
  properties: {
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: { ...text, description: 'The path of the request, without its query' },
    requestId: { ...text, description: 'To look for in the log of the server' },
    code: { ...text, description: 'The title in snake_case' },
    error: {
      type: 'object',
      description: 'The same for clients of the older format',
      required: ['code', 'message'],
      properties: { code: text, message: { ...text, maxLength: 100 } },
    },
    errors: {
      type: 'array',
      maxItems: 50,
      description: 'The fields that are wrong, with 422; with 409, those that differ from the event that has the id',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { ...text, description: 'JSON Pointer as a URI fragment' }, detail: text },
      },
    },
  },
};
