import type { Type } from '@nestjs/common';
import { logger } from '../diagnostics/logger.js';
import type { EntityType } from './entity-types/entity-type.js';

/** Keys may be data, and no end of them come. */
const MAX_FIELDS = 20;

const warned = new WeakMap<Type, Set<string>>();

/**
 * Warns, once a field, where the host's own code gives what a class has no rule for: TypeScript takes such a field for one of the
 * event, and it would be lost in silence.
 */
export function warnOfUndeclared({ dto, check }: EntityType, input: Record<string, unknown>): void {
  const known = warned.get(dto) ?? new Set();
  warned.set(dto, known);
  for (const field of Object.keys(input)) {
    if (field === 'entityType' || check.shape.fields.some(({ key }) => key === field)) continue;
    if (known.has(field) || known.size >= MAX_FIELDS) continue;
    known.add(field);
    logger.warn(
      `${dto.name}.${field} is not stored, as it has no decorator of class-validator: add one, such as @IsString() or @Allow().`,
    );
  }
}
