import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { reasonOf } from '../diagnostics/reason-of.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import { AnsweredErrorLog } from './answered-error.log.js';
import { discardBody } from './body/request-body.discard.js';
import { UnsupportedBodyException } from './body/unsupported-body.exception.js';
import { hostOf } from './host/host-of.js';
import { isUnreached } from './claimed-request.js';
import { HostGuardHint } from './host-guard.hint.js';
import { type HttpRequest, rawRequest, rawResponse } from './http-request.js';
import { requestId } from './request-id.js';
import { problemDetailsOf } from './problem-details.js';

/** What the caller must be told along with a status (RFC 9110). */
const HEADERS: Record<number, Record<string, string>> = {
  408: { Connection: 'close' },
  503: { 'Retry-After': '1' },
};

const lines = new RepeatedLines((line) => logger.error(line));

/** Answers any error with `application/problem+json` (RFC 9457), on Express and on Fastify. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly log = new AnsweredErrorLog();
  private readonly hostGuard = new HostGuardHint();

  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Never rejects: Nest waits for no filter, and a rejection that nobody handles ends the process. */
  async catch(exception: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const response = http.getResponse<object>();
    try {
      await this.answer(exception, request, response);
    } catch (error) {
      const { 'x-request-id': sent } = (request.headers as HttpRequest['headers'] | undefined) ?? {};
      const [id, reason] = [requestId(sent), reasonOf(error)];
      const message = 'The problem of a request could not be answered';
      const text = `The problem of request ${id} could not be answered: ${reason}`;
      lines.write(`${message}: ${reason}`, new LogLine(message, { requestId: id, reason }, text));
      rawResponse(response).destroy();
    }
  }

  private async answer(exception: unknown, request: HttpRequest, response: object): Promise<void> {
    const problem = problemDetailsOf(exception, request);
    if (problem.status >= 500) this.log.write(exception, problem);
    else if (isUnreached(rawRequest(request))) this.hostGuard.noteRefusal(problem);
    const headers = {
      ...HEADERS[problem.status],
      ...(exception instanceof UnsupportedBodyException && exception.headers),
      'Content-Type': 'application/problem+json',
      'X-Request-Id': problem.requestId,
      ...(!(await discardBody(rawRequest(request))) && { Connection: 'close' }),
    };
    hostOf(this.adapterHost.httpAdapter).answer(request, response, problem.status, headers, JSON.stringify(problem));
  }
}
