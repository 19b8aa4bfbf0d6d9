import { type HttpRequest, queryOf } from '../../http/http-request.js';
import { InvalidQueryException } from '../invalid-query.exception.js';

export type Parameters = Readonly<Record<string, string>>;

/**
 * The parameters of a request's URL, not by the host's parser. Throws `InvalidQueryException` for one that is given twice: two
 * readers would take different ones.
 */
export function parametersOf(request: HttpRequest): Parameters {
  const parameters = [...new URLSearchParams(queryOf(request.originalUrl ?? request.url ?? '/'))];
  const names = parameters.map(([name]) => name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw refusalOf(repeated, 'must be given once');
  return Object.fromEntries(parameters);
}

/** Refuses parameters that are not known: a mistyped one would widen the answer. */
export function checkParameters(parameters: Parameters, known: readonly string[]): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refusalOf(unknown, `is unknown: known are ${known.join(', ')}`);
}

/** What `read` resolves to; what it refuses of a request is said of the parameters of the URL. */
export async function ofParameters<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof InvalidQueryException)) throw error;
    throw new InvalidQueryException(
      error.errors.map(({ pointer, detail }) => ({ pointer: pointer.replace(/^#\//, '?'), detail })),
    );
  }
}

function refusalOf(name: string, fault: string): InvalidQueryException {
  return new InvalidQueryException([{ pointer: `?${encodeURIComponent(name)}`, detail: `The parameter ${fault}` }]);
}
