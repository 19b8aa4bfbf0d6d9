import type { ApiHeaderOptions } from '@nestjs/swagger';
import { header, RATE_LIMIT, REQUEST_ID } from './answer-headers.js';
import type { Operation } from './operation.interface.js';
import { PROBLEM_STATUSES } from './problem-responses.js';

/** Those of a request with a body. */
export const HEADERS: ApiHeaderOptions[] = [
  { name: 'X-Request-Id', schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' }, required: false },
  { name: 'Content-Encoding', schema: { type: 'string', enum: ['gzip', 'deflate', 'br'] }, required: false },
];
export const ANSWER_HEADERS = { ...REQUEST_ID, ...RATE_LIMIT };
const REPLAYED = { 'Idempotent-Replayed': header('`true` where the event was stored before') };

/** The methods of `EventsController`; `scope` stands before the names of the events that they take. */
export function eventOperations(scope: string): Record<string, Operation> {
  const event = { $ref: `#/components/schemas/${scope}EventLogEvent` };
  return {
    log: {
      summary: 'Log an event',
      requestBody: { required: true, content: { 'application/json': { schema: event } } },
      headers: HEADERS,
      isBearer: true,
      success: {
        status: 200,
        description: 'The event is stored',
        headers: { ...ANSWER_HEADERS, ...REPLAYED },
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${scope}EventLogStoredEvent` } } },
      },
      problems: PROBLEM_STATUSES,
    },
    logBatch: {
      summary: 'Log many events',
      description: 'Each event is stored or refused alone; the answer tells of each.',
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { type: 'array', minItems: 1, items: event } },
          'application/x-ndjson': { schema: { type: 'string', description: 'One event a line, as JSON' } },
        },
      },
      headers: HEADERS,
      isBearer: true,
      success: {
        status: 200,
        description: 'What became of each event',
        headers: ANSWER_HEADERS,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/EventLogBatchResult' } } },
      },
      // Conflicts are those of single events.
      problems: PROBLEM_STATUSES.filter((status) => status !== 409 && status !== 410),
    },
    logBeacon: {
      summary: 'Log events by navigator.sendBeacon()',
      requestBody: {
        required: true,
        content: {
          'text/plain': { schema: { type: 'string', description: 'One event as JSON, or an array of 1 to 100 events' } },
        },
      },
      headers: HEADERS,
      query: [
        {
          name: 'key',
          schema: { type: 'string' },
          required: true,
          description: 'A web key, as a beacon can carry no header',
        },
      ],
      isBearer: false,
      success: { status: 204, description: 'At least one event is stored', headers: { ...ANSWER_HEADERS, ...REPLAYED } },
      problems: PROBLEM_STATUSES,
    },
  };
}
