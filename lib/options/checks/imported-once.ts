import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** Throws where the host has a module more than once, as each would act for itself; `more` is what to give that one. */
export function checkImportedOnce(modules: ModulesContainer, module: Type, name = module.name, more = ''): void {
  if ([...modules.values()].filter(({ metatype }) => metatype === module).length <= 1) return;
  throw new Error(`${name} is imported twice: import it once, ${more}with \`isGlobal: true\` where several modules use it.`);
}
