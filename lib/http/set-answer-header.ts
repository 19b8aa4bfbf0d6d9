import type { AbstractHttpAdapter } from '@nestjs/core';
import { isOpen } from './host/is-answered.js';
import { rawResponse } from './http-request.js';

/** Sets a header of the answer to come; not where other code of the host has answered meanwhile, as that would throw. */
export function setAnswerHeader(adapter: AbstractHttpAdapter, response: object, name: string, value: string): void {
  if (isOpen(rawResponse(response))) adapter.setHeader(response, name, value);
}
