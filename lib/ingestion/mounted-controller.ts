import { Controller, type Type } from '@nestjs/common';
import { decoratedController } from '../http/decorated-controller.js';
import { typeName } from '../options/checks/type-name.js';
import { EventsController } from './events.controller.js';

/** `EventsController` on a path of its own, as a subclass with this name. */
export function mountedController(path: string, decorators?: readonly ClassDecorator[], name = EventsController.name): Type {
  if (typeof path !== 'string') throw new TypeError(`Expected \`path\` to be a string, got ${typeName(path)}.`);
  const controller = decoratedController(decoratedController(EventsController, [Controller(path)]), decorators);
  return Object.defineProperty(controller, 'name', { value: name });
}
