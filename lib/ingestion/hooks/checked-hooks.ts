import type { Type } from '@nestjs/common';
import { typeName } from '../../options/checks/type-name.js';
import type { EventHook } from './event-hook.interface.js';

/** The classes of the extra `hooks`, which Nest can build. Throws a `TypeError` that names the one that is none. */
export function checkedHooks(hooks: readonly Type<EventHook>[]): Type<EventHook>[] {
  if (!Array.isArray(hooks)) throw new TypeError(`Expected \`hooks\` to be a list of classes, got ${typeName(hooks)}.`);
  const wrong = hooks.findIndex((hook) => typeof hook !== 'function' || hook.prototype === undefined);
  if (wrong < 0) return [...hooks];
  throw new TypeError(
    `Expected \`hooks[${wrong}]\` to be a class with beforeStore(event, context), got ${typeName(hooks[wrong])}. Give the class itself, not an instance of it.`,
  );
}

/** What Nest has built of them. Throws a `TypeError` that names the class that is no hook. */
export function checkHookInstances(hooks: readonly Partial<EventHook>[]): void {
  const wrong = hooks.findIndex((hook) => typeof hook?.beforeStore !== 'function');
  if (wrong < 0) return;
  throw new TypeError(
    `Expected \`hooks[${wrong}]\` to have a method beforeStore(event, context), but ${hooks[wrong]?.constructor?.name} has none.`,
  );
}
