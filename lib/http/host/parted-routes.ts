/** A warning that a prefix of the host's holds for one route of the module, but not for that above it, as with `exclude: ['events']`. */
export function partingOf(path: string, own: string, known: readonly string[]): string | undefined {
  // `own` is what the method adds to the path of its controller: what other controllers serve is no part of it.
  const above = path.slice(0, -own.length - 1);
  if (above === '' || known.includes(above)) return undefined;
  const parted = known.find((other) => other.endsWith(above) || above.endsWith(other));
  if (parted === undefined) return undefined;
  const plain = (parted.length < above.length ? parted : above).slice(1);
  return (
    `EventLogModule serves ${parted} and ${path}, of which the global prefix holds for one alone: ` +
    `exclude both or none, setGlobalPrefix(…, { exclude: ['${plain}', '${plain}/*rest'] }).`
  );
}
