import { ForbiddenException } from '@nestjs/common';

/** The project or integration of what was sent. Throws `ForbiddenException` where it contradicts the scope of its sender. */
export function inScope(
  what: string,
  name: 'project' | 'integration',
  given: string | null | undefined,
  own: string | null | undefined,
): string | null {
  if (given != null && own != null && given !== own) {
    throw new ForbiddenException(`The ${what} names another ${name} than its key or scope belongs to; leave ${name}Id out`);
  }
  return given ?? own ?? null;
}
