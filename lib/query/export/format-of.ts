import { CSV } from './csv.format.js';
import type { ExportFormat } from './export-format.interface.js';
import { NDJSON } from './ndjson.format.js';

const FORMATS = new Map<string, ExportFormat>([
  ['text/csv', CSV],
  ['application/x-ndjson', NDJSON],
]);

/** The format that an `Accept` header names and prefers; CSV where it names none, as the SDK asks for. */
export function formatOf(accept = ''): ExportFormat {
  const named = accept.split(',').flatMap((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = FORMATS.get(type);
    return format === undefined ? [] : { format, quality: qualityIn(parameters) };
  });
  const best = named.reduce<(typeof named)[0] | undefined>(
    (a, b) => (a === undefined || b.quality > a.quality ? b : a),
    undefined,
  );
  return best !== undefined && best.quality > 0 ? best.format : CSV;
}

function qualityIn(parameters: readonly string[]): number {
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
}
