const MAX_LENGTH = 500;
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu;

/** What an error says of itself, as one line for the log. */
export function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? oneLine(`${error.name}: ${error.message}`) : 'a value that is no Error was thrown';
  } catch {
    return 'an error that can not be read was thrown';
  }
}

/** Keeps line breaks and escapes of others out of the log, and cuts what is too long for a line. */
export function oneLine(text: string): string {
  const line = text.slice(0, MAX_LENGTH + 1).replaceAll(CONTROLS, ' ');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
