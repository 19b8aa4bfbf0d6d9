/** Refuses options that are not known, and among those of a factory the extras, which Nest must know before it runs one. */
export function checkOptionNames(options: object, known: readonly string[], extras: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (extras.includes(name)) throw new TypeError(`\`${name}\` must stand beside \`useFactory\`, not in what it returns.`);
    if (!known.includes(name)) throw new TypeError(`Unknown option \`${name}\`: known are ${[...known, ...extras].join(', ')}.`);
  }
}
