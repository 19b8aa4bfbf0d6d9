import { shortTextFault } from '../../events/validation/is-short-text.decorator.js';
import { typeName } from '../../options/checks/type-name.js';
import type { WebhookFilters } from './webhook-options.interface.js';

const MAX_NAMES = 100;

/** Checked filters of an endpoint. Throws a `TypeError` that names the field that is wrong, after `at`. */
export function checkedFilters({ entityTypes, types, projectId }: WebhookFilters, at = ''): WebhookFilters {
  return {
    entityTypes: namesOf(entityTypes, `${at}entityTypes`),
    types: namesOf(types, `${at}types`),
    projectId: projectId === undefined || projectId === null ? undefined : textOf(projectId, `${at}projectId`),
  };
}

function namesOf(given: unknown, at: string): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const isFit = Array.isArray(given) && given.length > 0 && given.length <= MAX_NAMES;
  if (isFit) return given.map((name, index) => textOf(name, `${at}[${index}]`));
  throw new TypeError(`Expected \`${at}\` to be a list of 1 to ${MAX_NAMES} names; leave it out for all.`);
}

function textOf(given: unknown, at: string): string {
  if (typeof given !== 'string') throw new TypeError(`Expected \`${at}\` to be a string, got ${typeName(given)}.`);
  const fault = shortTextFault(given);
  if (fault !== undefined) throw new TypeError(`\`${at}\` ${fault}: no event could have it.`);
  return given;
}
