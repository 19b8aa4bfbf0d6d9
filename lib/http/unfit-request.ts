import { BadRequestException, HttpException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { hasTooManyHeaders, isPlainTarget } from './request-target.js';

const HEADERS_TOO_LARGE = 431;

/** Why a request is refused before anything looks at it: what was checked might not be what is read later. */
export function unfitness(request: IncomingMessage): HttpException | undefined {
  if (!isPlainTarget(request.url ?? '/')) return new BadRequestException('The request target is ambiguous; send a plain path');
  if (hasTooManyHeaders(request)) return new HttpException('The request has too many headers', HEADERS_TOO_LARGE);
  return undefined;
}
