import { Inject, MethodNotAllowedException, NotFoundException, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { serializeEvent } from '../../events/serialize-event.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { setAnswerHeader } from '../../http/set-answer-header.js';
import { EventQueryService } from '../event-query.service.js';
import { idOf } from '../../http/id-of.js';
import { LISTING_MEMBERS } from '../grammar/listing.parser.js';
import { filledParametersOf, ofParameters, parametersOf } from './parameters.js';
import { ReadAnswers } from './read-answers.js';
import { ReadController } from './read-controller.decorator.js';

/** `GET query/events` and `GET query/events/{id}`. */
@ReadController()
export class EventsListingController {
  @Inject(EventQueryService) private readonly events!: EventQueryService;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;
  @Inject(HttpAdapterHost) private readonly adapterHost!: HttpAdapterHost;

  @OwnRoute({ methods: ['GET'] }, 'events')
  async list(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const { limit, cursor, ...filter } = filledParametersOf(request, LISTING_MEMBERS);
    const page = { cursor, limit: limit === undefined ? undefined : numberOf(limit) };
    await this.answers.json(request, response, async (options) => {
      const { data, ...rest } = await ofParameters(() => this.events.list(filter, page, options));
      return `{"data":[${data.map(serializeEvent).join()}],${JSON.stringify(rest).slice(1)}`;
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'events/:id')
  async find(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const parameters = parametersOf(request, ['projectId']);
    await this.answers.json(request, response, async (options) => {
      const event = await ofParameters(() => this.events.find(idOf(request), parameters.projectId, options));
      // In the same words whether the event is unknown, erased or of others.
      if (event === undefined) throw new NotFoundException('No event has this id');
      return serializeEvent(event);
    });
  }

  /** An event may have the id `export`; without one, only the other method of the path is served. */
  @OwnRoute({ methods: ['GET'] }, 'events/export')
  async findNamedExport(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    try {
      await this.find(request, response);
    } catch (error) {
      if (!(error instanceof NotFoundException)) throw error;
      setAnswerHeader(this.adapterHost.httpAdapter, response, 'Allow', 'POST');
      throw new MethodNotAllowedException(
        'Exports are asked for by POST, with the query in the body; and no event has the id export',
      );
    }
  }
}

/** Of digits alone, as `Number()` takes other notations as well; of anything else none, which is refused where it is used. */
function numberOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : NaN;
}
