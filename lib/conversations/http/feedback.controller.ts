import { Inject, NotFoundException, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { RequireScopes } from '../../auth/require-scopes.decorator.js';
import { idOf } from '../../http/id-of.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { ConversationService } from '../conversation.service.js';
import { ConversationRequests } from './conversation-requests.js';
import { ConversationsController } from './conversations-controller.decorator.js';
import { pageOf } from './page-of.js';
import { readingScopeOf } from './reading-scope.js';

const PAGE_SIZE = 10;

/** `POST` and `GET feedback`, and `GET feedback/{id}`. */
@ConversationsController()
export class FeedbackController {
  @Inject(ConversationService) private readonly conversations!: ConversationService;
  @Inject(ConversationRequests) private readonly requests!: ConversationRequests;

  @OwnRoute({ methods: ['POST'], body: 'application/json' }, 'feedback')
  @RequireScopes('events:write')
  submit(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      return this.conversations.saveFeedback(await this.requests.body(request, 'feedback'), request.apiKey);
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'feedback')
  @RequireScopes('events:read')
  list(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      return this.conversations.listFeedback(pageOf(request, PAGE_SIZE), readingScopeOf(request.apiKey));
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'feedback/:id')
  @RequireScopes('events:read')
  find(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      const rated = await this.conversations.findFeedback(idOf(request), readingScopeOf(request.apiKey));
      if (rated === undefined) throw new NotFoundException('No feedback on a stored conversation has this id');
      return rated;
    });
  }
}
