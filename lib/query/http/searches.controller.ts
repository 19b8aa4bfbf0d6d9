import { Inject, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { EventQueryService } from '../event-query.service.js';
import { SEARCHES_MEMBERS } from '../grammar/searches.parser.js';
import { filledParametersOf, ofParameters } from './parameters.js';
import { ReadAnswers } from './read-answers.js';
import { ReadController } from './read-controller.decorator.js';

/** `GET query/top-search-queries` and `GET query/weekly-search-users`. */
@ReadController()
export class SearchesController {
  @Inject(EventQueryService) private readonly events!: EventQueryService;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;

  @OwnRoute({ methods: ['GET'] }, 'top-search-queries')
  topSearchQueries(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = filledParametersOf(request, SEARCHES_MEMBERS);
      const data = await ofParameters(() => this.events.topSearchQueries(asked, options));
      return JSON.stringify({ data });
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'weekly-search-users')
  weeklySearchUsers(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = filledParametersOf(request, SEARCHES_MEMBERS);
      const data = await ofParameters(() => this.events.weeklySearchUsers(asked, options));
      return JSON.stringify({ data });
    });
  }
}
