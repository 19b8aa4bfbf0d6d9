import { Inject, NotFoundException, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { RequireScopes } from '../../auth/require-scopes.decorator.js';
import { idOf } from '../../http/id-of.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import type { StoredConversation } from '../../storage/conversations/stored-conversation.interface.js';
import { answerToPage, answerToReader } from '../conversation-answer.js';
import { ConversationService } from '../conversation.service.js';
import { ConversationRequests } from './conversation-requests.js';
import { ConversationsController as Conversations } from './conversations-controller.decorator.js';
import { pageOf } from './page-of.js';
import { isReader, readingScopeOf } from './reading-scope.js';

const PAGE_SIZE = 20;

/** `POST` and `GET conversations`, `GET conversations/external/{externalId}`, `GET` and `DELETE conversations/{id}`. */
@Conversations()
export class ConversationsController {
  @Inject(ConversationService) private readonly conversations!: ConversationService;
  @Inject(ConversationRequests) private readonly requests!: ConversationRequests;

  @OwnRoute({ methods: ['POST'], body: 'application/json' }, 'conversations')
  @RequireScopes('events:write')
  log(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    const { apiKey } = request;
    return this.requests.answer(request, response, async () => {
      const sent = await this.requests.body(request, 'a conversation');
      return this.conversations.save(sent, apiKey, apiKey.kind !== 'web');
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'conversations')
  @RequireScopes('events:read')
  list(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      return this.conversations.list(pageOf(request, PAGE_SIZE), readingScopeOf(request.apiKey));
    });
  }

  @OwnRoute({ methods: ['GET'] }, 'conversations/external/:externalId')
  @RequireScopes('events:read')
  findByExternalId(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      const scope = readingScopeOf(request.apiKey);
      return answerToReader(found(await this.conversations.findByExternalId(idOf(request), scope)));
    });
  }

  /** Whoever has the id of a shared one may read that, with a key that stands in a page. */
  @OwnRoute({ methods: ['GET'] }, 'conversations/:id')
  @RequireScopes()
  find(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      const conversation = found(await this.conversations.find(idOf(request), readingScopeOf(request.apiKey)));
      if (isReader(request.apiKey)) return answerToReader(conversation);
      return answerToPage(found(conversation.visibility === 'public' ? conversation : undefined));
    });
  }

  @OwnRoute({ methods: ['DELETE'] }, 'conversations/:id')
  @RequireScopes('events:read', 'events:write')
  delete(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.requests.answer(request, response, async () => {
      if (!(await this.conversations.delete(idOf(request), readingScopeOf(request.apiKey)))) throw unknown();
      return { success: true, message: 'The conversation was erased, with its shared copies and its feedback' };
    });
  }
}

function found(conversation: StoredConversation | undefined): StoredConversation {
  if (conversation === undefined) throw unknown();
  return conversation;
}

/** In the same words whether it is unknown, erased, of others or not shared. */
function unknown(): NotFoundException {
  return new NotFoundException('No conversation has this id');
}
