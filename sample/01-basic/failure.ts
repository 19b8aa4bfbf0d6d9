/** Why the sample can't start, in a sentence. */
export function failureOf(error: unknown): string {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'listen') return `Can't listen on this PORT (${code}): set it to another one, or to 0 for any that is free.`;
  // Not the message of a driver: where a password is not percent-encoded, it may quote a part of it.
  if (code !== undefined) return `The database of DATABASE_URL can't be used (${code}).`;
  return message;
}
