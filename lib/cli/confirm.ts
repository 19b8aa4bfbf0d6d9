import { EXIT, Failure } from './failure.js';
import type { Terminal } from './terminal.js';

/** Asks before something is gone for good; fails with `refusal` where the answer is no, and where there is nobody to ask. */
export async function confirm(question: string, refusal: string, terminal: Terminal): Promise<void> {
  if (terminal.ask === undefined) throw new Failure(EXIT.usage, 'There is nobody to ask: give --yes, or --dry-run first.');
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Failure(EXIT.failed, refusal);
}
