import { reasonOf } from '../../diagnostics/reason-of.js';
import { stackOf } from '../../diagnostics/stack-of.js';
import type { EventHook } from './event-hook.interface.js';

/** A bug of a hook: to callers a 500, and in the log a sentence that names the hook, and holds nothing of the event. */
export class EventHookError extends Error {
  constructor(hook: EventHook, fault: string) {
    super(`${nameOf(hook)} ${fault}`);
  }

  /** For what a hook has thrown: with its stack, as where it was thrown says more than where that was noticed. */
  static ofThrown(hook: EventHook, error: unknown): EventHookError {
    const failure = new EventHookError(hook, `threw ${reasonOf(error)}`);
    failure.stack = stackOf(error) ?? failure.stack;
    return failure;
  }
}

export function nameOf(hook: EventHook): string {
  return `${hook.constructor.name}.beforeStore()`;
}
