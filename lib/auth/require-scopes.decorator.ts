import { SetMetadata } from '@nestjs/common';
import type { ApiKeyScope } from '../options/api-key-options.interface.js';

export const REQUIRED_SCOPES = 'EVENT_LOG:REQUIRED_SCOPES';

/**
 * The scopes that a key must have, all of them, to pass `ApiKeyGuard` on this route or controller. Else 403.
 *
 * @example
 * ```ts
 * @Get('report')
 * @UseGuards(ApiKeyGuard)
 * @RequireScopes('events:read')
 * report() {}
 * ```
 */
export const RequireScopes = (...scopes: ApiKeyScope[]) => SetMetadata(REQUIRED_SCOPES, scopes);
