import type { Observation } from '../diagnostics/observation.js';
import { AnsweredErrorLog } from '../http/answered-error.log.js';
import type { HttpRequest } from '../http/http-request.js';
import { problemDetailsOf } from '../http/problem-details.js';
import type { BatchResult, ItemResult } from './batch-result.interface.js';

/** What the field errors of one answer may take as text: a thousand items with fifty each could be many times their batch. */
const MAX_ERRORS_LENGTH = 4 * 1024 * 1024;

const log = new AnsweredErrorLog();

/** Gathers what became of the items of a batch, as the text that it will be sent as. */
export class BatchAnswer {
  /** What the first item was refused with, if it was. */
  firstRefusal: unknown;
  private readonly counts: Omit<BatchResult, 'results'> = { stored: 0, replayed: 0, refused: 0 };
  private readonly results: string[] = [];
  private errorsLength = 0;

  constructor(
    private readonly request: HttpRequest,
    private readonly observation: Observation,
  ) {}

  get stored(): number {
    return this.counts.stored;
  }

  get replayed(): number {
    return this.counts.replayed;
  }

  accept(index: number, id: string, replayed: boolean): void {
    this.counts[replayed ? 'replayed' : 'stored']++;
    this.set(index, { status: 200, id, ...(replayed && { replayed }) });
  }

  refuse(index: number, error: unknown): void {
    if (index === 0) this.firstRefusal = error;
    this.counts.refused++;
    const problem = problemDetailsOf(error, this.request);
    problem.instance += `#/${index}`;
    this.observation.observer?.refusedInBatch(problem.status);
    if (problem.status >= 500) log.write(error, problem);
    if (this.errorsLength > MAX_ERRORS_LENGTH) problem.errors = problem.errors?.slice(0, 1);
    const length = this.set(index, { status: problem.status, retryable: isRetryable(problem.status), problem });
    if (problem.errors !== undefined) this.errorsLength += length;
  }

  toString(): string {
    const { stored, replayed, refused } = this.counts;
    return `{"stored":${stored},"replayed":${replayed},"refused":${refused},"results":[${this.results.join()}]}`;
  }

  private set(index: number, result: ItemResult): number {
    this.results[index] = JSON.stringify(result);
    return this.results[index].length;
  }
}

function isRetryable(status: number): boolean {
  return status === 503 || status === 429;
}
