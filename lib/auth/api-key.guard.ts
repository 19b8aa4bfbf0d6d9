import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  Injectable,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { EventLogSettings } from '../event-log-settings.js';
import { type HttpRequest, rawRequest } from '../http/http-request.js';
import { within } from '../within.js';
import { apiKeyDigest } from './api-key-digest.js';
import type { ApiKey, ApiKeyScope } from './api-key.interface.js';
import { isMistypedKey } from './api-key-text.js';
import { ApiKeyStore } from './api-key.store.js';
import { REQUIRED_SCOPES } from './require-scopes.decorator.js';

const CHALLENGE = 'Bearer realm="events"';
/** What a lookup may take of `answerTimeout`; the rest is for saying that it failed. */
const LOOKUP_SHARE = 0.9;
const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/**
 * Lets a request pass whose `Authorization: Bearer` key is known, has not expired and has the scopes of
 * `@RequireScopes()`; the key is then `request.apiKey`. Else 400, 401 or 403 with `WWW-Authenticate` (RFC 6750).
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly reflector: Reflector,
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: EventLogSettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const key = await this.authenticate(request, context);
    const required =
      this.reflector.getAllAndOverride<ApiKeyScope[]>(REQUIRED_SCOPES, [context.getHandler(), context.getClass()]) ?? [];
    if (!required.every((scope) => key.scopes.includes(scope))) {
      this.challenge(context, `error="insufficient_scope", scope="${required.join(' ')}"`);
      throw new ForbiddenException(`The key lacks the scope that this request needs: ${required.join(' ')}`);
    }
    request.apiKey = key;
    return true;
  }

  private async authenticate(request: HttpRequest, context: ExecutionContext): Promise<ApiKey> {
    if (countAuthorizationHeaders(rawRequest(request).rawHeaders) > 1) {
      throw new BadRequestException('Send one Authorization header, not several');
    }
    const { authorization = '' } = request.headers;
    const text = BEARER.exec(authorization)?.[1];
    if (text === undefined) {
      this.challenge(context, /^Bearer +\S/i.test(authorization) ? 'error="invalid_token"' : undefined);
      throw new UnauthorizedException('Send a key in the header "Authorization: Bearer <key>"');
    }
    const start = performance.now();
    const key = isMistypedKey(text) ? undefined : await this.find(apiKeyDigest(text));
    request.keyLookupMs = performance.now() - start;
    if (key === undefined || (key.expiresAt && key.expiresAt.getTime() <= Date.now())) {
      this.challenge(context, 'error="invalid_token"');
      throw new UnauthorizedException('The key is unknown, expired or revoked');
    }
    return key;
  }

  // Closed, never open: without an answer of the store, nobody passes.
  private async find(digest: string): Promise<ApiKey | undefined> {
    try {
      const found = this.keys.findByDigest(digest);
      return found instanceof Promise ? await within(this.settings.answerTimeout * LOOKUP_SHARE, found) : found;
    } catch (error) {
      if (error instanceof HttpException) throw error;
      throw new ServiceUnavailableException('The key could not be looked up', { cause: error });
    }
  }

  private challenge(context: ExecutionContext, parameters?: string): void {
    const value = parameters ? `${CHALLENGE}, ${parameters}` : CHALLENGE;
    this.adapterHost.httpAdapter.setHeader(context.switchToHttp().getResponse(), 'WWW-Authenticate', value);
  }
}

// Node keeps the first of several and drops the rest, while a proxy in front may have judged another one.
function countAuthorizationHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i].length === 13 && rawHeaders[i].toLowerCase() === 'authorization') count++;
  }
  return count;
}
