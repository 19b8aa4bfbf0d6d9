import { type HttpRequest, queryOf } from '../../http/http-request.js';
import { InvalidQueryException } from '../invalid-query.exception.js';
import { unknownName } from '../unknown-name.js';

export type Parameters = Readonly<Record<string, string>>;

/**
 * The parameters of a request's URL, not by the host's parser. Throws `InvalidQueryException` for one that is not among those known,
 * as a mistyped one would widen the answer, and for one that is given twice: two readers would take different ones.
 */
export function parametersOf(request: HttpRequest, known: readonly string[]): Parameters {
  const parameters = [...new URLSearchParams(queryOf(request.originalUrl ?? request.url ?? '/'))];
  const names = parameters.map(([name]) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw refusalOf(unknown, unknownName('parameter', unknown, known));
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined) throw refusalOf(repeated, `The parameter \`${repeated}\` must be given once`);
  return Object.fromEntries(parameters);
}

/** The same, none of which is empty: forms send what was left out so, and it would find nothing. */
export function filledParametersOf(request: HttpRequest, known: readonly string[]): Parameters {
  const parameters = parametersOf(request, known);
  const empty = Object.keys(parameters).find((name) => parameters[name] === '');
  if (empty !== undefined) throw refusalOf(empty, `The parameter \`${empty}\` must not be empty: leave it out`);
  return parameters;
}

/** Refuses parameters of a request that asks by its body. */
export function refuseParameters(request: HttpRequest): void {
  const [name] = new URLSearchParams(queryOf(request.originalUrl ?? request.url ?? '/')).keys();
  if (name !== undefined)
    throw refusalOf(name, unknownName('parameter', name, [], 'here the body asks, and the URL says nothing'));
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

function refusalOf(name: string, detail: string): InvalidQueryException {
  return new InvalidQueryException([{ pointer: `?${encodeURIComponent(name)}`, detail }]);
}
