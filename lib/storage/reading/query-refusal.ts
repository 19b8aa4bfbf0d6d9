/** Why a query that is well-formed gets no answer, in words for the caller: it took too long, or asks for too much. */
export class QueryRefusal extends Error {}

export function tookTooLong(timeoutMs: number): QueryRefusal {
  return new QueryRefusal(`The query took longer than ${timeoutMs / 1_000} s; narrow the time range`);
}
