import { logger } from '../../diagnostics/logger.js';

/** Says that a prefix of the host's holds for one route of the module, but not for that above it, as with `exclude: ['events']`. */
export function warnOfPartedRoutes(path: string, known: readonly string[]): void {
  const above = path.slice(0, path.lastIndexOf('/'));
  if (above === '' || known.includes(above)) return;
  const parted = known.find((other) => other.endsWith(above) || above.endsWith(other));
  if (parted === undefined) return;
  const plain = (parted.length < above.length ? parted : above).slice(1);
  logger.warn(
    `EventLogModule serves ${parted} and ${path}, of which the global prefix holds for one alone: ` +
      `exclude both or none, setGlobalPrefix(…, { exclude: ['${plain}', '${plain}/*rest'] }).`,
  );
}
