import { Inject, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { EventQueryService } from '../event-query.service.js';
import type { PropertyKeysRequest, PropertyValuesRequest } from '../property-request.interface.js';
import type { QueryRequest } from '../query-request.interface.js';
import { QueryBodies } from './query-bodies.js';
import { ReadAnswers } from './read-answers.js';
import { ReadController } from './read-controller.decorator.js';

const JSON_BODY = { methods: ['POST'], body: 'application/json' } as const;

/** `POST query/events`, `POST query/property-keys` and `POST query/property-values`. The service checks what a body holds. */
@ReadController()
export class EventsQueryController {
  @Inject(EventQueryService) private readonly events!: EventQueryService;
  @Inject(QueryBodies) private readonly bodies!: QueryBodies;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;

  @OwnRoute(JSON_BODY, 'events')
  query(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const data = await this.events.query((await this.bodies.read(request)) as QueryRequest, options);
      return JSON.stringify({ status: 'ok', data });
    });
  }

  @OwnRoute(JSON_BODY, 'property-keys')
  propertyKeys(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = (await this.bodies.read(request)) as PropertyKeysRequest;
      return JSON.stringify(await this.events.propertyKeys(asked, options));
    });
  }

  @OwnRoute(JSON_BODY, 'property-values')
  propertyValues(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = (await this.bodies.read(request)) as PropertyValuesRequest;
      return JSON.stringify(await this.events.propertyValues(asked, options));
    });
  }
}
