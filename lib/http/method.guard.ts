import { type CanActivate, type ExecutionContext, Injectable, MethodNotAllowedException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventLogSettings } from '../options/event-log-settings.js';
import type { HttpRequest } from './http-request.js';

/** Refuses every method but POST with 405, which Nest's router would call 404. */
@Injectable()
export class PostOnlyGuard implements CanActivate {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: EventLogSettings,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    if (http.getRequest<HttpRequest>().method === 'POST') return true;
    this.adapterHost.httpAdapter.setHeader(http.getResponse(), 'Allow', this.settings.cors ? 'POST, OPTIONS' : 'POST');
    throw new MethodNotAllowedException('Only POST is served here');
  }
}
