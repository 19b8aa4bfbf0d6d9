import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { STATUS_CODES } from 'node:http';
import { answer } from './host/answer.js';
import { type HttpRequest, pathOf, rawRequest } from './http-request.js';
import { ConflictingEventException } from '../events/conflicting-event.exception.js';
import type { FieldError } from '../events/validation/field-error.interface.js';
import type { ProblemDetails } from './problem-details.interface.js';
import { discardBody } from './body/request-body.discard.js';
import { requestId } from './request-id.js';
import { UnsupportedBodyException } from './body/unsupported-body.exception.js';

/** What the caller must be told along with a status (RFC 9110). */
const HEADERS: Record<number, Record<string, string>> = {
  408: { Connection: 'close' },
  503: { 'Retry-After': '1' },
};

const SERVER_ERROR_DETAILS: Record<number, string> = {
  503: 'The event could not be stored right now; send it again later',
};

/** Answers any error with `application/problem+json` (RFC 9457), on Express and on Fastify. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly logger = new Logger('EventLogModule');

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  async catch(exception: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const response = http.getResponse<object>();
    const problem = problemOf(exception, request);
    if (problem.status >= 500) this.log(exception, problem);
    const headers = {
      ...HEADERS[problem.status],
      ...(exception instanceof UnsupportedBodyException && exception.headers),
      'Content-Type': 'application/problem+json',
      'X-Request-Id': problem.requestId,
      ...(!(await discardBody(rawRequest(request))) && { Connection: 'close' }),
    };
    answer(this.adapterHost.httpAdapter, request, response, problem.status, headers, JSON.stringify(problem));
  }

  private log(exception: unknown, { status, requestId }: ProblemDetails): void {
    const cause = (exception as Error | undefined)?.cause ?? exception;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : 'a value that is no Error was thrown';
    const message = `Request ${requestId} was answered with ${status}: ${reason}`;
    if (status === 503) this.logger.warn(message);
    else this.logger.error(message, cause instanceof Error ? cause.stack : undefined);
  }
}

function problemOf(exception: unknown, request: HttpRequest): ProblemDetails {
  const status = statusOf(exception);
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(/[^a-z]+/g, '_');
  const detail = detailOf(exception, status) || title;
  return {
    title,
    status,
    detail,
    instance: pathOf(request.originalUrl ?? request.url ?? '/'),
    requestId: requestId(request.headers['x-request-id']),
    code,
    error: { code, message: detail.length > 100 ? `${detail.slice(0, 97)}...` : detail },
    ...(status === 422 && { errors: (exception as { errors?: FieldError[] }).errors ?? [{ pointer: '#', detail }] }),
    ...(exception instanceof ConflictingEventException && exception.errors && { errors: [...exception.errors] }),
  };
}

function statusOf(exception: unknown): number {
  const { getStatus } = (exception ?? {}) as { getStatus?: unknown };
  const status: unknown =
    typeof getStatus === 'function' ? getStatus.call(exception) : (exception as { statusCode?: unknown })?.statusCode;
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599 ? (status as number) : 500;
}

// What a 5xx was caused by may hold SQL, paths or data: it goes to the log, not to the caller.
function detailOf(exception: unknown, status: number): string {
  if (status >= 500) return SERVER_ERROR_DETAILS[status] ?? 'The server failed to handle the request';
  const { message } = exception as { message?: unknown };
  return typeof message === 'string' ? message : '';
}
