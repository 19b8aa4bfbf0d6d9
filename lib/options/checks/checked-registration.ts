import { typeName } from './type-name.js';

/** What a module is registered with. Throws a `TypeError` that shows the call where it is no object, before Nest looks into it. */
export function checkedRegistration<T extends object>(options: T, call: string): T {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError(`Expected the options of ${call} to be an object, got ${typeName(options)}.`);
}

const SOURCES = ['useFactory', 'useClass', 'useExisting'];

/** Options of `forRootAsync()`. Throws a `TypeError` where they name nothing that makes options: Nest would make them of nothing. */
export function checkedAsyncRegistration<T extends object>(options: T, call: string): T {
  const given = checkedRegistration(options, `${call}({ useFactory })`) as Record<string, unknown>;
  if (SOURCES.some((source) => given[source] !== undefined)) return options;
  throw new TypeError(`${call}() needs \`useFactory\`, \`useClass\` or \`useExisting\`.`);
}
