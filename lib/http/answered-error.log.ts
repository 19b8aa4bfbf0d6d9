import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import { reasonOf } from '../diagnostics/reason-of.js';
import { RepeatedLines } from '../diagnostics/repeated-lines.js';
import { stackOf } from '../diagnostics/stack-of.js';
import type { ProblemDetails } from './problem-details.interface.js';

/** Says why a request got a 5xx, each kind at most once a second: a 503 in a line, a 500, which is a bug, with its stack as well. */
export class AnsweredErrorLog {
  private readonly unavailable = new RepeatedLines((line) => logger.warn(line));
  private readonly failed = new RepeatedLines((line, stack) => logger.error(line, stack));

  write(exception: unknown, { status, requestId }: ProblemDetails): void {
    const cause = causeOf(exception);
    const reason = reasonOf(cause);
    const what = `was answered with ${status}`;
    const line = new LogLine(`A request ${what}`, { requestId, status, reason }, `Request ${requestId} ${what}: ${reason}`);
    if (status === 503) this.unavailable.write(`A request ${what}: ${reason}`, line);
    else this.failed.write(`A request ${what}: ${reason}`, line, stackOf(cause));
  }
}

function causeOf(exception: unknown): unknown {
  try {
    return (exception as { cause?: unknown } | undefined)?.cause ?? exception;
  } catch {
    return exception;
  }
}
