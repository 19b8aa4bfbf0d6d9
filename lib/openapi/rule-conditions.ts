import { IsOptional, ValidationTypes } from 'class-validator';
import { compileRules, type Rule, rulesOf } from '../events/validation/dto-rules.js';
import { type DtoField, isNested } from '../events/validation/dto-shape.js';

class Probe {
  @IsOptional() readonly known?: string;
}

// By its code, as before 0.15 class-validator gives it no name.
const IS_OPTIONAL = conditionOf(rulesOf(Probe).get('known')![0]);

/** Whether the rules of a field depend on others, as by `@ValidateIf()`, so that nothing is sure of its values. */
export function isConditional({ rules }: DtoField): boolean {
  return rules.some((rule) => rule.type === ValidationTypes.CONDITIONAL_VALIDATION && conditionOf(rule) !== IS_OPTIONAL);
}

/** The rules that count for every event. */
export function certainRules({ rules }: DtoField): Rule[] {
  return rules.filter(({ validateIf }) => validateIf === undefined);
}

/** Whether a field may have this value, or be left out where it is undefined; `object` has the other fields. */
export function accepts(field: DtoField, value: unknown, object: object): boolean {
  // class-validator lets a nested value be absent and null.
  const rules = certainRules(field).filter((rule) => !isNested(rule));
  try {
    return compileRules(rules, () => false)(value, Object.create(object, { [field.property]: { value } }) as object);
  } catch {
    return true; // A validator of the host's wants more than this object: nothing is sure.
  }
}

function conditionOf({ constraints }: Rule): string {
  return String(constraints[0]);
}
