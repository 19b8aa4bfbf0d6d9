import { type Duration, parseDuration } from '../duration.js';
import { checkOptionNames } from '../checks/option-names.js';
import { typeName } from '../checks/type-name.js';
import type { RetentionRule } from './retention-rule.interface.js';

const MAX_MONTHS = 12_000;
const MAX_MS = 1_000 * 366 * 86_400_000;

/** A rule, and what `keepFor` says. */
export interface CheckedRule extends Readonly<RetentionRule> {
  readonly span: Duration;
}

/** Throws a `TypeError` that names what is wrong with a rule; `where` is its place in the options, such as `rules[0]`. */
export function checkedRule(given: unknown, where: string): CheckedRule {
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`Expected \`${where}\` to be { keepFor, entityType?, projectId? }, got ${typeName(given)}.`);
  }
  checkOptionNames(given, ['keepFor', 'entityType', 'projectId'], []);
  const { entityType, projectId, keepFor } = given as Record<string, unknown>;
  return {
    ...(entityType !== undefined && { entityType: checkedText(entityType, `${where}.entityType`, 'the name of an entity type') }),
    ...(projectId !== undefined && {
      projectId: projectId === null ? null : checkedText(projectId, `${where}.projectId`, 'an id'),
    }),
    keepFor: String(keepFor),
    span: checkedSpan(keepFor, `${where}.keepFor`),
  };
}

/** A duration to keep events for. Throws a `TypeError` that names `option`. */
export function checkedSpan(given: unknown, option: string): Duration {
  const span = typeof given === 'string' ? parseDuration(given) : undefined;
  const shown = typeof given === 'string' ? `'${given}'` : typeName(given);
  // Minutes for one, months for another: a guess would remove what was to be kept.
  if (span === undefined || /^\d+[ms]$/.test(given as string)) {
    const minutes = /^\d+m$/.test(shown.slice(1, -1)) ? `: write mo for months, or PT${shown.slice(1, -2)}M for minutes` : '';
    throw new TypeError(
      `Expected \`${option}\` to be a duration such as '90d', '12w', '6mo', '2y' or 'P1Y6M', got ${shown}${minutes}.`,
    );
  }
  const { months, milliseconds } = span;
  if (months + milliseconds > 0 && months <= MAX_MONTHS && milliseconds <= MAX_MS) return span;
  throw new TypeError(`Expected \`${option}\` to be longer than nothing and at most 1,000 years, got ${shown}.`);
}

function checkedText(given: unknown, option: string, what: string): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new TypeError(`Expected \`${option}\` to be ${what}, got ${given === '' ? 'an empty text' : typeName(given)}.`);
}
