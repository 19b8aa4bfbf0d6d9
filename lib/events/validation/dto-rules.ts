import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidationTypes } from 'class-validator';

/** One decorator of class-validator on one field. */
export type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** Whether class-validator would accept a value; `false` also where only class-validator itself can tell. */
export type Accepts = (value: unknown, object: object) => boolean;

/** The rules of each field of a class that is declared by having some, those of its base class first. */
export function rulesOf(dto: Type, groups?: readonly string[]): Map<string, Rule[]> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', groups !== undefined, false, groups && [...groups]);
  const ancestors = ancestorsOf(dto);
  const depth = ({ target }: Rule) => ancestors.indexOf(target);
  const byField = new Map<string, Rule[]>();
  for (const rule of rules.toSorted((a, b) => depth(a) - depth(b))) {
    byField.set(rule.propertyName, [...(byField.get(rule.propertyName) ?? []), rule]);
  }
  return byField;
}

/** The rules of one field as a function, with what class-validator works out for every object worked out once: that takes it longer than the checks. */
export function compileRules(rules: readonly Rule[], acceptsNested: (value: unknown) => boolean): Accepts {
  const conditions = rules.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  const checks = rules.filter((rule) => !conditions.includes(rule)).flatMap((rule) => checksOf(rule, acceptsNested));
  return (value, object) =>
    !conditions.every(({ constraints: [holds] }) => holds(object, value)) || checks.every((check) => check(value, object));
}

/** Whether a validator answered with a promise, which nobody waits for; where that is rejected, the process must not end. */
export function isAsynchronousAnswer(answer: unknown): boolean {
  if (answer instanceof Promise) answer.catch(() => undefined);
  return typeof (answer as { then?: unknown } | null | undefined)?.then === 'function';
}

/** The validators behind a rule. */
export function constraintsOf({ constraintCls }: Rule): ReturnType<typeof constraintMetadatas> {
  return constraintCls === undefined ? [] : constraintMetadatas(constraintCls);
}

function constraintMetadatas(constraint: Rule['constraintCls']) {
  return getMetadataStorage().getTargetValidatorConstraints(constraint);
}

function checksOf(rule: Rule, acceptsNested: (value: unknown) => boolean): Accepts[] {
  const { type, constraints, propertyName: property, target, each, validateIf } = rule;
  if (type === ValidationTypes.WHITELIST) return [];
  if (type === ValidationTypes.NESTED_VALIDATION) return [acceptsNested];
  if (type !== ValidationTypes.CUSTOM_VALIDATION) return [() => false];
  const targetName = typeof target === 'string' ? target : target.name;
  return constraintsOf(rule).map((constraint) => {
    // Asked for with the first value: until then, the host may say where its validators come from (`useContainer()`).
    let instance: typeof constraint.instance | undefined;
    const accepts = (value: unknown, all: unknown, object: object) => {
      instance ??= constraint.instance;
      const result: unknown = instance.validate(value, { value: all, object, constraints, property, targetName });
      if (result === true) return true;
      if (isAsynchronousAnswer(result)) throw new Error(`A validator of ${targetName}.${property} is asynchronous.`);
      return Boolean(result);
    };
    const check: Accepts = each
      ? (value, object) =>
          Array.isArray(value) ? value.every((item) => accepts(item, value, object)) : accepts(value, value, object)
      : (value, object) => accepts(value, value, object);
    return validateIf === undefined ? check : (value, object) => !validateIf(object, value) || check(value, object);
  });
}

function ancestorsOf(dto: object): unknown[] {
  const ancestors: unknown[] = [];
  for (let ancestor: object | null = dto; ancestor !== null; ancestor = Object.getPrototypeOf(ancestor))
    ancestors.unshift(ancestor);
  return ancestors;
}
