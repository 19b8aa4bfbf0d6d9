import { type CanActivate, type ExecutionContext, Injectable, MethodNotAllowedException } from '@nestjs/common';
import type { HttpRequest } from './http-request.js';

/** Refuses every method but POST with 405, which Nest's router would call 404. */
@Injectable()
export class PostOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<HttpRequest>().method === 'POST') return true;
    throw new MethodNotAllowedException('Only POST is served here');
  }
}
