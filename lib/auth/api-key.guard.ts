import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { RequestBodyReader } from '../http/body/request-body.reader.js';
import { markReached } from '../http/claimed-request.js';
import { originOf } from '../http/cors.js';
import { type HttpRequest, rawRequest } from '../http/http-request.js';
import { REALM } from '../http/realm.decorator.js';
import { setAnswerHeader } from '../http/set-answer-header.js';
import type { ApiKeyScope } from '../options/api-key-options.interface.js';
import { ApiKeyLookup } from './api-key-lookup.js';
import type { ApiKey } from './api-key.interface.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { originMatches } from './origin-pattern.js';
import { REQUIRED_SCOPES } from './require-scopes.decorator.js';

const DEFAULT_REALM = 'events';
const BEARER = /^Bearer +(\S.*)$/i;

const reflector = new Reflector();

/**
 * Lets a request pass whose `Authorization: Bearer` key is known, has not expired, has the scopes of `@RequireScopes()`
 * and allows the `Origin`, if there is one; the key is then `request.apiKey`. Else 400, 401 or 403 with
 * `WWW-Authenticate` (RFC 6750), and 503 where the key can't be looked up.
 *
 * @example
 * ```ts
 * @Controller('reports')
 * @UseGuards(ApiKeyGuard)
 * export class ReportsController {
 *   @Get()
 *   @RequireScopes('events:read')
 *   list(@Req() request: AuthenticatedRequest) {
 *     return this.reports.of(request.apiKey.projectId);
 *   }
 * }
 * ```
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  /** Where `keyOf()` looks, for those who send none. */
  protected readonly keyPlace: string = 'the header "Authorization: Bearer <key>"';

  // Injected as properties, so that a subclass has its constructor for itself.
  @Inject(ApiKeyLookup) private readonly keyLookup!: ApiKeyLookup;
  @Inject(RequestBodyReader) private readonly body!: RequestBodyReader;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    markReached(rawRequest(request));
    const text = this.keyOf(request);
    if (text === undefined) {
      this.challenge(context);
      throw new UnauthorizedException(`Send a key in ${this.keyPlace}`);
    }
    const found = this.keyLookup.find(request, text);
    if (!(found instanceof Promise)) return this.admit(context, request, found);
    return this.body.readWhile(
      rawRequest(request),
      found.then((key) => this.admit(context, request, key)),
    );
  }

  /** The text of the request's key, or `undefined` where it has none. */
  protected keyOf(request: HttpRequest): string | undefined {
    if (countAuthorizationHeaders(rawRequest(request).rawHeaders) > 1) {
      throw new BadRequestException('Send one Authorization header, not several');
    }
    return BEARER.exec(request.headers.authorization ?? '')?.[1];
  }

  private admit(context: ExecutionContext, request: GuardedRequest, key: ApiKey | undefined): boolean {
    if (key === undefined) {
      this.challenge(context, 'error="invalid_token"');
      throw new UnauthorizedException('The key is unknown, expired or revoked');
    }
    const required =
      reflector.getAllAndOverride<ApiKeyScope[]>(REQUIRED_SCOPES, [context.getHandler(), context.getClass()]) ?? [];
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

  private challenge(context: ExecutionContext, parameters?: string): void {
    const realm = reflector.getAllAndOverride<string>(REALM, [context.getHandler(), context.getClass()]) ?? DEFAULT_REALM;
    const value = [`Bearer realm="${realm}"`, parameters ?? []].flat().join(', ');
    setAnswerHeader(this.adapterHost.httpAdapter, context.switchToHttp().getResponse<object>(), 'WWW-Authenticate', value);
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
