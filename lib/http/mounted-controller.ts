import { Controller, type Type } from '@nestjs/common';
import { typeName } from '../options/checks/type-name.js';
import { decoratedController } from './decorated-controller.js';

/** A controller of the module's on a path that the host gave, as a subclass with this name. */
export function mountedController(
  controller: Type,
  path: string,
  decorators?: readonly ClassDecorator[],
  name = controller.name,
): Type {
  if (typeof path !== 'string') throw new TypeError(`Expected \`path\` to be a string, got ${typeName(path)}.`);
  const mounted = decoratedController(decoratedController(controller, [Controller(path)]), decorators);
  return Object.defineProperty(mounted, 'name', { value: name });
}
