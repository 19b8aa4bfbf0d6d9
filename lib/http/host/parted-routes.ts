/** A warning that a prefix of the host's holds for one route of the module, but not for that above it, as with `exclude: ['events']`. */
export function partingOf(path: string, known: readonly string[]): string | undefined {
  const above = path.slice(0, path.lastIndexOf('/'));
  if (above === '' || known.includes(above)) return undefined;
  const parted = known.find((other) => other.endsWith(above) || above.endsWith(other));
  if (parted === undefined) return undefined;
  const plain = (parted.length < above.length ? parted : above).slice(1);
  return (
    `EventLogModule serves ${parted} and ${path}, of which the global prefix holds for one alone: ` +
    `exclude both or none, setGlobalPrefix(…, { exclude: ['${plain}', '${plain}/*rest'] }).`
  );
}
