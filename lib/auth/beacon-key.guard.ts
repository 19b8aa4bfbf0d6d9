import { BadRequestException, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { type HttpRequest, queryOf } from '../http/http-request.js';
import type { GuardedRequest } from './authenticated-request.interface.js';
import { ApiKeyGuard } from './api-key.guard.js';

/** Like `ApiKeyGuard` for a web key in `?key=`, as a beacon can't carry a header. Other keys are refused with 403. */
@Injectable()
export class BeaconKeyGuard extends ApiKeyGuard {
  protected override readonly keyPlace = 'the query: ?key=<web key>';

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    if (context.switchToHttp().getRequest<GuardedRequest>().apiKey?.kind === 'web') return true;
    throw new ForbiddenException('Only a web key may stand in a URL; replace this one, as URLs are logged on their way');
  }

  protected override keyOf(request: HttpRequest): string | undefined {
    const keys = new URLSearchParams(queryOf(request.originalUrl ?? request.url ?? '')).getAll('key');
    if (keys.length > 1) throw new BadRequestException('Send one key, not several');
    return keys[0] || undefined;
  }
}
