import { BadRequestException, HttpException } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { pathOf } from './http-request.js';
import { hasTooManyHeaders, isDecodable, isPlainTarget } from './request-target.js';

const HEADERS_TOO_LARGE = 431;

/** Why a request is refused before anything looks at it: what was checked might not be what is read later. */
export function unfitness(request: IncomingMessage & { originalUrl?: string }): HttpException | undefined {
  const target = request.originalUrl ?? request.url ?? '/';
  if (!isPlainTarget(target)) return new BadRequestException('The request target is ambiguous; send a plain path');
  if (!isDecodable(pathOf(target))) return new BadRequestException('The path of the request can not be decoded');
  if (hasTooManyHeaders(request)) return new HttpException('The request has too many headers', HEADERS_TOO_LARGE);
  return undefined;
}
