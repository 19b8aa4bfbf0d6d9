import type { Type } from '@nestjs/common';
import { LiveController } from '../live/live.controller.js';
import { ConversationsQueryController } from './conversations-query.controller.js';
import { EventsExportController } from './events-export.controller.js';
import { EventsListingController } from './events-listing.controller.js';
import { EventsQueryController } from './events-query.controller.js';
import { SearchesController } from './searches.controller.js';
import { UnservedQueriesController } from './unserved-queries.controller.js';

/** In this order: on Express, `events/export` must stand before `events/:id`. */
export const QUERY_CONTROLLERS: Type[] = [
  EventsExportController,
  EventsListingController,
  EventsQueryController,
  ConversationsQueryController,
  SearchesController,
  LiveController,
  UnservedQueriesController,
];
