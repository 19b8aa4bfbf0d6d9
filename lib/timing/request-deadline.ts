import { Deadline } from './deadline.js';

// On the request itself: a WeakMap of all requests would make each garbage collection longer.
const DEADLINE = Symbol('EVENT_LOG:DEADLINE');

/** The deadline of a request, by Node's own object; it begins with the first call, which is the guard's. */
export function deadlineOf(request: object, answerTimeout: number): Deadline {
  const { [DEADLINE]: known } = request as { [DEADLINE]?: Deadline };
  if (known !== undefined) return known;
  const deadline = Deadline.forAnswer(answerTimeout);
  Object.assign(request, { [DEADLINE]: deadline });
  return deadline;
}
