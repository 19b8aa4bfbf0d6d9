import { typeName } from '../../options/checks/type-name.js';

const PATH = /^(?:properties|fields)(?:\.[^.]+)*$/;

/** The option `anonymize`. Throws a `TypeError` that names the wrong path. */
export function anonymizedPaths(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new TypeError(`Expected \`anonymize\` to be a list of paths, such as ['properties.email'], got ${typeName(given)}.`);
  }
  return given.map((path: unknown, index) => {
    if (typeof path === 'string' && PATH.test(path)) return path;
    const got = typeof path === 'string' ? `'${path}'` : typeName(path);
    throw new TypeError(
      `Expected \`anonymize[${index}]\` to be keys joined by dots that begin with 'properties' or 'fields', such as 'properties.email', got ${got}. \`userProperties\` are removed anyway.`,
    );
  });
}
