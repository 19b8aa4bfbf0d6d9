import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  Inject,
  Injectable,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { EventLogSettings } from '../options/event-log-settings.js';
import { originOf } from '../http/cors.js';
import { rawRequest } from '../http/http-request.js';
import { within } from '../timing/within.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { apiKeyDigest } from './api-key-digest.js';
import type { ApiKeyScope } from '../options/api-key-options.interface.js';
import type { ApiKey } from './api-key.interface.js';
import { isMistypedKey } from './api-key-text.js';
import { API_KEYS, type ApiKeyStore } from './api-key.store.js';
import { originMatches } from './origin-pattern.js';
import { REQUIRED_SCOPES } from './require-scopes.decorator.js';

const CHALLENGE = 'Bearer realm="events"';
/** What a lookup may take of `answerTimeout`; the rest is for saying that it failed. */
const LOOKUP_SHARE = 0.9;
const BEARER = /^Bearer +(\S.*)$/i;

/**
 * Lets a request pass whose `Authorization: Bearer` key is known, has not expired, has the scopes of `@RequireScopes()`
 * and allows the `Origin`, if there is one; the key is then `request.apiKey`. Else 400, 401 or 403 with
 * `WWW-Authenticate` (RFC 6750).
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  /** Where `keyOf()` looks, for those who send none. */
  protected readonly keyPlace: string = 'the header "Authorization: Bearer <key>"';

  constructor(
    @Inject(API_KEYS) private readonly keys: ApiKeyStore,
    private readonly reflector: Reflector,
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: EventLogSettings,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const text = this.keyOf(request);
    if (text === undefined) {
      this.challenge(context);
      throw new UnauthorizedException(`Send a key in ${this.keyPlace}`);
    }
    const found = isMistypedKey(text) ? undefined : this.find(apiKeyDigest(text));
    if (!(found instanceof Promise)) return this.admit(context, request, found);
    const start = performance.now();
    return this.awaitKey(found).then((key) => {
      request.keyLookupMs = performance.now() - start;
      return this.admit(context, request, key);
    });
  }

  /** The text of the request's key. */
  protected keyOf(request: GuardedRequest): string | undefined {
    if (countAuthorizationHeaders(rawRequest(request).rawHeaders) > 1) {
      throw new BadRequestException('Send one Authorization header, not several');
    }
    return BEARER.exec(request.headers.authorization ?? '')?.[1];
  }

  private admit(context: ExecutionContext, request: GuardedRequest, key: ApiKey | undefined): boolean {
    if (key === undefined || (key.expiresAt && key.expiresAt.getTime() <= Date.now())) {
      this.challenge(context, 'error="invalid_token"');
      throw new UnauthorizedException('The key is unknown, expired or revoked');
    }
    const required =
      this.reflector.getAllAndOverride<ApiKeyScope[]>(REQUIRED_SCOPES, [context.getHandler(), context.getClass()]) ?? [];
    if (!required.every((scope) => key.scopes.includes(scope))) {
      this.challenge(context, `error="insufficient_scope", scope="${required.join(' ')}"`);
      throw new ForbiddenException(`The key lacks the scope that this request needs: ${required.join(' ')}`);
    }
    const origin = originOf(rawRequest(request));
    if (origin !== undefined && !originMatches(key.allowedOrigins ?? [], origin)) {
      throw new ForbiddenException('The key may not be used by pages of this origin');
    }
    request.apiKey = key;
    return true;
  }

  // Closed, never open: without an answer of the store, nobody passes.
  private find(digest: string): ReturnType<ApiKeyStore['findByDigest']> {
    try {
      return this.keys.findByDigest(digest);
    } catch (error) {
      throw unavailable(error);
    }
  }

  private async awaitKey(found: Promise<ApiKey | undefined>): Promise<ApiKey | undefined> {
    try {
      return await within(this.settings.answerTimeout * LOOKUP_SHARE, found);
    } catch (error) {
      throw unavailable(error);
    }
  }

  private challenge(context: ExecutionContext, parameters?: string): void {
    const value = parameters ? `${CHALLENGE}, ${parameters}` : CHALLENGE;
    this.adapterHost.httpAdapter.setHeader(context.switchToHttp().getResponse(), 'WWW-Authenticate', value);
  }
}

function unavailable(error: unknown): HttpException {
  return error instanceof HttpException
    ? error
    : new ServiceUnavailableException('The key could not be looked up', { cause: error });
}

// Node keeps the first of several and drops the rest, while a proxy in front may have judged another one.
function countAuthorizationHeaders(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i].length === 13 && rawHeaders[i].toLowerCase() === 'authorization') count++;
  }
  return count;
}
