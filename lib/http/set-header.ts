import type { AbstractHttpAdapter } from '@nestjs/core';
import { isAnswered } from './is-answered.js';

/** Sets a header of the answer to come, unless the host has answered already: then it would throw. */
export function setHeader(adapter: AbstractHttpAdapter, response: object, name: string, value: string): void {
  if (!isAnswered(response)) adapter.setHeader(response, name, value);
}
