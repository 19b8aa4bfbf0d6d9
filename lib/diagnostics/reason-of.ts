/** What an error says of itself, in a line of the log. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'a value that is no Error was thrown';
}
