import type { ApiQueryOptions } from '@nestjs/swagger';
import type { Operation } from './operation.interface.js';
import { ANSWER_HEADERS, HEADERS } from './operations.js';
import { PROBLEM_STATUSES } from './problem-responses.js';
import { refTo } from './schema-parts.js';
import type { Schema } from './swagger.js';

/** Statuses that tell of a body or of what is stored. */
const OF_BODIES = [408, 413, 415];
const OF_STORING = [409, 410];

/** Those of a route that reads, with a body and without. */
export const PROBLEMS_OF_BODIES = PROBLEM_STATUSES.filter((status) => !OF_STORING.includes(status));
export const PROBLEMS = PROBLEMS_OF_BODIES.filter((status) => !OF_BODIES.includes(status));

/** These, and one more in its place. */
export function withStatus(status: number, statuses: readonly number[]): number[] {
  return [...statuses, status].sort((a, b) => a - b);
}

/** A parameter of the URL that may be left out. */
export function parameter(name: string, schema: Schema): ApiQueryOptions {
  return { name, schema, required: false };
}

/** A `GET`; `answer` is the component that is answered. */
export function reading(summary: string, description: string | undefined, answer: string): Operation {
  return {
    summary,
    description,
    headers: HEADERS.slice(0, 1),
    isBearer: true,
    success: {
      status: 200,
      description: 'What the key may read of it',
      headers: ANSWER_HEADERS,
      content: { 'application/json': { schema: refTo(answer) } },
    },
    problems: PROBLEMS,
  };
}

/** A `POST`; `question` is the component that is sent. */
export function asking(summary: string, question: string, answer: string): Operation {
  const requestBody = { required: true, content: { 'application/json': { schema: refTo(question) } } };
  return { ...reading(summary, undefined, answer), headers: HEADERS, requestBody, problems: PROBLEMS_OF_BODIES };
}
