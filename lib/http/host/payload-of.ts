const LARGE = 64 * 1024;

/** The body of an answer as Node sends it fastest: it copies and encodes a long text several times, and bytes not at all. */
export function payloadOf(text: string): string | Buffer {
  return text.length < LARGE ? text : Buffer.from(text);
}
