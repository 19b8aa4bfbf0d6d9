import { applyDecorators, Controller, UseFilters, UseGuards } from '@nestjs/common';
import { ApiKeyGuard } from '../../auth/api-key.guard.js';
import { RateLimitGuard } from '../../auth/rate-limit.guard.js';
import { RequireScopes } from '../../auth/require-scopes.decorator.js';
import { ProblemDetailsFilter } from '../../http/problem-details.filter.js';
import { Realm } from '../../http/realm.decorator.js';

/** A controller of routes that read, for keys with `events:read`. */
export const ReadController = () =>
  applyDecorators(
    Controller(),
    Realm('events'),
    UseFilters(ProblemDetailsFilter),
    UseGuards(ApiKeyGuard, RateLimitGuard),
    RequireScopes('events:read'),
  );
