import { STATUS_CODES } from 'node:http';
import { statusOf } from '../diagnostics/status-of.js';
import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import { ErasedEventException } from '../events/erased-event.exception.js';
import type { FieldError } from '../events/validation/field-error.interface.js';
import { type HttpRequest, pathOf } from './http-request.js';
import type { ProblemDetails } from './problem-details.interface.js';
import { requestIdOf } from './request-id.js';
import { UnavailableException } from './unavailable.exception.js';

const MAX_MESSAGE_LENGTH = 100;

/** What an error tells its caller (RFC 9457). */
export function problemDetailsOf(exception: unknown, request: HttpRequest): ProblemDetails {
  const status = errorStatusOf(exception);
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  const detail = (status >= 500 ? publicDetailOf(exception, status) : messageOf(exception)) || title;
  return {
    title,
    status,
    detail,
    instance: pathOf(request.originalUrl ?? request.url ?? '/'),
    requestId: requestIdOf(request),
    code,
    error: { code, message: shortened(detail) },
    ...errorsOf(exception, status, detail),
  };
}

function errorsOf(exception: unknown, status: number, detail: string): Pick<ProblemDetails, 'errors'> {
  if (status === 422) {
    const { errors } = exception as { errors?: FieldError[] };
    return { errors: Array.isArray(errors) ? [...errors] : [{ pointer: '#', detail }] };
  }
  const namesErrors = exception instanceof ConflictingEventException || exception instanceof ErasedEventException;
  return namesErrors && exception.errors ? { errors: [...exception.errors] } : {};
}

// Not by a plain `statusCode`, which clients of databases and clouds put on errors of their own.
function errorStatusOf(exception: unknown): number {
  const status = statusOf(exception);
  return status !== undefined && status >= 400 && status <= 599 ? status : 500;
}

// By the exception, not by its status: a store, a look-up of keys and a query that fail are all 503.
function publicDetailOf(exception: unknown, status: number): string {
  if (exception instanceof UnavailableException) return exception.publicDetail;
  if (status === 503) return 'The server cannot handle the request right now; send it again later';
  return 'The server failed to handle the request';
}

function messageOf(exception: unknown): string {
  try {
    const { message } = exception as { message?: unknown };
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

function shortened(text: string): string {
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH - 3)}...` : text;
}
