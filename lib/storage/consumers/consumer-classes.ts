import type { Type } from '@nestjs/common';

/** The classes with `@EventConsumer()` that this process has loaded, whichever of its applications have them as providers. */
export const consumerClasses = new Set<Type>();
