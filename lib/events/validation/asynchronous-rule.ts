import { ValidationTypes } from 'class-validator';
import { isAsyncFunction } from 'node:util/types';
import { constraintsOf, isAsynchronousAnswer, type Rule } from './dto-rules.js';

/** The class that class-validator makes for a validator given as a function, as by `ValidateBy()`. */
const MADE_OF_FUNCTION = 'CustomConstraint';

/** Whether class-validator would have to wait for what a rule says. */
export function isAsynchronous(rule: Rule): boolean {
  return (
    rule.type === ValidationTypes.PROMISE_VALIDATION ||
    constraintsOf(rule).some((constraint) => isAsyncConstraint(constraint, rule))
  );
}

function isAsyncConstraint(constraint: ReturnType<typeof constraintsOf>[number], rule: Rule): boolean {
  const { async, target } = constraint;
  if (async || isAsyncFunction((target.prototype as { validate?: unknown }).validate)) return true;
  return target.name === MADE_OF_FUNCTION && answersPromise(constraint, rule);
}

// Only its answer shows what such a validator is, as it is wrapped.
function answersPromise({ instance }: ReturnType<typeof constraintsOf>[number], rule: Rule): boolean {
  const { constraints, propertyName: property } = rule;
  try {
    const args = { value: undefined, object: {}, constraints, property, targetName: '' };
    return isAsynchronousAnswer(instance.validate(undefined, args));
  } catch {
    return false;
  }
}
