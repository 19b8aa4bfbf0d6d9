import { InvalidQueryException } from '../query/invalid-query.exception.js';
import { EXIT, Failure } from './failure.js';
import type { Option } from './options.js';

/** The options that stand for the members of a filter and a page. */
const OPTION_OF: Readonly<Record<string, Option>> = {
  entityType: 'entity-type',
  type: 'type',
  from: 'from',
  to: 'to',
  projectId: 'project',
  integrationId: 'integration',
  userId: 'user',
  limit: 'limit',
};

const CURSOR = '--cursor must be the one that a page of the same options ended with: leave it out to begin anew.';

/** The answer to a filter; where one of its members is refused, in words of the option that it comes from. */
export async function ofOptions<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    const fault = error instanceof InvalidQueryException ? faultOf(error.errors[0]) : undefined;
    throw fault === undefined ? error : new Failure(EXIT.usage, fault);
  });
}

function faultOf({ pointer, detail }: InvalidQueryException['errors'][0]): string | undefined {
  const member = pointer.slice('#/'.length);
  if (member === 'cursor') return CURSOR;
  // Columns of CSV, which nobody selects here.
  if (member === 'select') return `${detail.split(':')[0]}, too many for columns of CSV: give --format ndjson.`;
  return Object.hasOwn(OPTION_OF, member) ? `--${OPTION_OF[member]}${restOf(detail.slice(member.length))}.` : undefined;
}

// It may name one more member, and tell what only holds for URLs.
function restOf(fault: string): string {
  return fault.replace(/; a \+ is .* URL$/, '').replace(/ than to$/, ' than --to');
}
