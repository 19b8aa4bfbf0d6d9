import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
type Check = (value: unknown, object: object) => boolean;

/** The class-validator decorators of one field, as functions. */
export interface FieldRules {
  readonly field: string;
  /** Whether class-validator would accept the value; `false` also where only class-validator itself can tell. */
  accepts: Check;
}

/** Reads the decorators of a DTO class once, as class-validator does for every object. */
export function compileRules(dto: Type): FieldRules[] {
  const byField = new Map<string, Rule[]>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    byField.set(rule.propertyName, [...(byField.get(rule.propertyName) ?? []), rule]);
  }
  return Array.from(byField, ([field, rules]) => ({ field, accepts: compile(rules) }));
}

function compile(rules: readonly Rule[]): Check {
  const conditions = rules.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  const checks = rules.filter((rule) => !conditions.includes(rule)).flatMap(checksOf);
  return (value, object) =>
    !conditions.every(({ constraints: [holds] }) => holds(object, value)) || checks.every((check) => check(value, object));
}

function checksOf({ type, constraintCls, constraints, propertyName: property, target, each, validateIf }: Rule): Check[] {
  if (type !== ValidationTypes.CUSTOM_VALIDATION || each || validateIf) return [() => false];
  const targetName = typeof target === 'string' ? target : target.name;
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(
      ({ instance }) =>
        (value, object) =>
          instance.validate(value, { value, object, constraints, property, targetName }) === true,
    );
}
