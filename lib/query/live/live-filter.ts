import { type EventPredicate, isInScope, predicateOf } from '../../storage/reading/event-predicate.js';
import type { ReadScope } from '../../storage/reading/event-query.interface.js';
import { parseListing } from '../grammar/listing.parser.js';

/** The filters of the list, and where a stream goes on. */
export const LIVE_PARAMETERS = ['entityType', 'type', 'from', 'to', 'projectId', 'integrationId', 'userId', 'lastEventId'];

/** Which events a reader wants, of those that its key may read. Throws `InvalidQueryException` where the filter is none. */
export function liveFilterOf(filter: object, scope: ReadScope): EventPredicate {
  const { listing } = parseListing(filter, scope);
  const isReadable = isInScope(listing.scope);
  const isWanted = predicateOf(listing.where);
  return (event) => isReadable(event) && isWanted(event);
}
