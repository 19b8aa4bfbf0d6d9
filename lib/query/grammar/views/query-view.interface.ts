import type { Operand } from '../../../storage/reading/event-query.interface.js';
import type { Hints } from '../hints.js';

/** What a query is about: the names of its fields, and what each of them is of a record. */
export interface QueryView {
  /** As messages call its records. */
  readonly records: 'events' | 'conversations' | 'feedback';
  /** By the names that requests have for them: no other name gets into a plan. */
  readonly fields: Readonly<Record<string, Operand>>;
  /** The name of `createdAt`, the one time of a record. */
  readonly time: string;
  /** For what has no place in a request about it. */
  readonly hints: Hints;
  /** What is selected where nothing is. */
  readonly defaults: readonly string[];
  /** Whether its records are of entity types. */
  readonly hasEntityTypes: boolean;
  /** Whether rows have the JSON of a field as it is; clients take that of events as text alone. */
  readonly answersJson: boolean;
}
