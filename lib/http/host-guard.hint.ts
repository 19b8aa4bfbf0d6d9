import { LogLine } from '../diagnostics/log-line.js';
import { logger } from '../diagnostics/logger.js';
import type { ProblemDetails } from './problem-details.interface.js';

/** Says once that a guard of the host refuses what the module would judge by its key: to the caller both look alike. */
export class HostGuardHint {
  private isGiven = false;

  /** To be called for each refusal that came before the module's own guard. */
  noteRefusal({ status, requestId }: ProblemDetails): void {
    if (this.isGiven || (status !== 401 && status !== 403)) return;
    this.isGiven = true;
    const text =
      `Request ${requestId} was refused with ${status} by a guard of the host, before its key was looked at: ` +
      'let that guard pass the routes of EventLogModule, with the extra `decorators`, such as [Public()].';
    logger.warn(new LogLine('A request was refused by a guard of the host', { requestId, status }, text));
  }
}
