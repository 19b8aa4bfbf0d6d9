import { Inject, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import type { ConversationQueryRequest, FeedbackQueryRequest } from '../conversation-query.interface.js';
import { ConversationQueryService } from '../conversation-query.service.js';
import { QueryBodies } from './query-bodies.js';
import { ReadAnswers } from './read-answers.js';
import { ReadController } from './read-controller.decorator.js';

const JSON_BODY = { methods: ['POST'], body: 'application/json' } as const;

/** `POST query/conversations` and `POST query/feedback`. */
@ReadController()
export class ConversationsQueryController {
  @Inject(ConversationQueryService) private readonly queries!: ConversationQueryService;
  @Inject(QueryBodies) private readonly bodies!: QueryBodies;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;

  @OwnRoute(JSON_BODY, 'conversations')
  conversations(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = (await this.bodies.read(request)) as ConversationQueryRequest;
      return JSON.stringify({ status: 'ok', data: await this.queries.conversations(asked, options) });
    });
  }

  @OwnRoute(JSON_BODY, 'feedback')
  feedback(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.json(request, response, async (options) => {
      const asked = (await this.bodies.read(request)) as FeedbackQueryRequest;
      return JSON.stringify({ status: 'ok', data: await this.queries.feedback(asked, options) });
    });
  }
}
