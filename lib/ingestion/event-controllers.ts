import { Controller, type Type } from '@nestjs/common';
import { decoratedController } from '../http/decorated-controller.js';
import { typeName } from '../options/checks/type-name.js';
import { EventsController } from './events.controller.js';

/** The controllers of one path, as subclasses of its own. */
export function eventControllers(path: string, decorators?: readonly ClassDecorator[]): Type[] {
  if (typeof path !== 'string') throw new TypeError(`Expected \`path\` to be a string, got ${typeName(path)}.`);
  return [EventsController].map((controller) =>
    decoratedController(decoratedController(controller, [Controller(path)]), decorators),
  );
}
