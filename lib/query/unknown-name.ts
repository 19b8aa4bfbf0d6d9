import { storableText } from '../events/storable-text.js';

const MAX_LENGTH = 64;

/** What is said of a name that is none of those known. Names are told, unlike values: the caller looks for a slip in one. */
export function unknownName(kind: 'member' | 'parameter', name: string, known: readonly string[], hint?: string): string {
  const shown = name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name;
  return `The ${kind} \`${storableText(shown)}\` is unknown: ${hint ?? `known are ${known.join(', ')}`}`;
}
