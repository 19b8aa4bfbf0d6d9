/** Refuses fields that are not known, as a mistyped one would be no limit at all: `expiresAT`. `at` is what they are in. */
export function checkFieldsOf(value: object, known: readonly string[], at: string): void {
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new TypeError(`Unknown field \`${unknown}\` of ${at}: known are ${known.join(', ')}.`);
}
