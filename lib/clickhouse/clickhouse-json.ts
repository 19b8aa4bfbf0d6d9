/** A string of JSON, or an integer that may have more than 64 bits. */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"|(?<![\d.])-?\d{19,}(?![\d.eE])/g;
const LONG_INTEGER = /\d{19}/;

/**
 * JSON text that ClickHouse can read: an integer of more than 64 bits, which it takes for no JSON, is written with an exponent. It
 * parses to the same value.
 */
export function clickHouseJson(text: string): string {
  if (!LONG_INTEGER.test(text)) return text;
  return text.replace(STRING_OR_LONG_INTEGER, (found) => (found.startsWith('"') ? found : Number(found).toExponential()));
}
