import { typeName } from '../checks/type-name.js';
import { checkedRule } from './checked-rule.js';
import { RetentionRules } from './retention-rules.js';

/** The option `rules`. Throws a `TypeError` that names what is wrong with it. */
export function checkedRules(given: unknown = []): RetentionRules {
  if (!Array.isArray(given)) {
    throw new TypeError(`Expected \`rules\` to be a list, such as [{ keepFor: '90d' }], got ${typeName(given)}.`);
  }
  return new RetentionRules(given.map((rule, index) => checkedRule(rule, `rules[${index}]`)));
}
