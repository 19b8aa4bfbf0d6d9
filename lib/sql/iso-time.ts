/** RFC 3339 of a time as it was read: a text of that but for the T and what follows the milliseconds, or milliseconds since 1970. */
export function isoTime(read: string | number): string {
  return typeof read === 'number' ? new Date(read).toISOString() : `${read.slice(0, 23).replace(' ', 'T')}Z`;
}
