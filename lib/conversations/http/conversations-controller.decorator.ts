import { applyDecorators, Controller, UseFilters, UseGuards } from '@nestjs/common';
import { ApiKeyGuard } from '../../auth/api-key.guard.js';
import { RateLimitGuard } from '../../auth/rate-limit.guard.js';
import { ProblemDetailsFilter } from '../../http/problem-details.filter.js';
import { Realm } from '../../http/realm.decorator.js';

/** A controller of routes that keep or read conversations, for the keys of events. */
export const ConversationsController = () =>
  applyDecorators(Controller(), Realm('events'), UseFilters(ProblemDetailsFilter), UseGuards(ApiKeyGuard, RateLimitGuard));
