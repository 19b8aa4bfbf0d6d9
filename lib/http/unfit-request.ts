import { BadRequestException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { hasTooManyHeaders, isPlainTarget } from './request-target.js';

/** Why a request is refused before anything looks at it: what was checked might not be what is read later. */
export function unfitness(request: IncomingMessage): BadRequestException | undefined {
  if (!isPlainTarget(request.url ?? '/')) return new BadRequestException('The request target is ambiguous; send a plain path');
  if (hasTooManyHeaders(request)) return new BadRequestException('The request has too many headers');
  return undefined;
}
