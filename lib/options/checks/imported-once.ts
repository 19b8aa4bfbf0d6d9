import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** Throws an error with this message where the host has a module more than once: each would act for itself. */
export function checkImportedOnce(modules: ModulesContainer, module: Type, message: string): void {
  if ([...modules.values()].filter(({ metatype }) => metatype === module).length > 1) throw new Error(message);
}
