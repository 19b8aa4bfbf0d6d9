import type { Type } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';

/**
 * The controller with decorators of the host, such as `Public()`, on a subclass that is made for one registration: the class
 * itself is shared by all applications of the process.
 */
export function decoratedController<T>(controller: Type<T>, decorators: readonly ClassDecorator[] = []): Type<T> {
  if (!Array.isArray(decorators)) {
    throw new TypeError(`Expected \`decorators\` to be a list of class decorators, got ${typeName(decorators)}.`);
  }
  const wrong = decorators.findIndex((decorator) => typeof decorator !== 'function');
  if (wrong >= 0) {
    const given = typeName(decorators[wrong]);
    throw new TypeError(`Expected \`decorators[${wrong}]\` to be a class decorator such as Public(), got ${given}.`);
  }
  const Decorated = class extends (controller as Type<object>) {} as Type<T>;
  Object.defineProperty(Decorated, 'name', { value: controller.name });
  decorators.forEach((decorate, index) => checkApplied(decorate, index, decorate(Decorated), Decorated));
  return Decorated;
}

// One that returns a function made a decorator and was none itself, unless it returns the class anew, as mixins do.
function checkApplied(decorate: ClassDecorator, index: number, returned: unknown, decorated: Type): void {
  if (typeof returned !== 'function' || returned === decorated || returned.prototype instanceof decorated) return;
  const call = `${decorate.name || 'decorator'}()`;
  throw new TypeError(
    `Expected \`decorators[${index}]\` to be a class decorator, got a function that makes one. Call it: ${call}.`,
  );
}
