import { Inject, NotFoundException, Req, Res } from '@nestjs/common';
import type { AuthenticatedRequest } from '../../auth/authenticated-request.interface.js';
import { rawResponse } from '../../http/http-request.js';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { filledParametersOf, ofParameters } from '../http/parameters.js';
import { ReadAnswers } from '../http/read-answers.js';
import { ReadController } from '../http/read-controller.decorator.js';
import { KeyWatch } from './key-watch.js';
import { liveEvents } from './live-events.js';
import { liveFilterOf, LIVE_PARAMETERS } from './live-filter.js';
import { LiveReaders } from './live-readers.js';
import { type BuildTail, LIVE_TAIL } from './live-tail.provider.js';
import { startOf } from './live-start.js';
import { cutWhenStalled } from './cut-when-stalled.js';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  // Else middleware that compresses answers, and proxies, would keep events back.
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};

/** `GET query/live`: events as they are committed, as Server-Sent Events. */
@ReadController()
export class LiveController {
  @Inject(LIVE_TAIL) private readonly buildTail!: BuildTail;
  @Inject(LiveReaders) private readonly readers!: LiveReaders;
  @Inject(KeyWatch) private readonly keys!: KeyWatch;
  @Inject(ReadAnswers) private readonly answers!: ReadAnswers;

  @OwnRoute({ methods: ['GET'] }, 'live')
  follow(@Req() request: AuthenticatedRequest, @Res() response: object): Promise<void> {
    return this.answers.stream(request, response, async ({ scope = {} }) => {
      const { lastEventId, ...filter } = filledParametersOf(request, LIVE_PARAMETERS);
      const isWanted = await ofParameters(async () => liveFilterOf(filter, scope));
      if (this.buildTail === undefined) throw new NotFoundException('The store of this server can not be followed');
      const reader = this.readers.add();
      const raw = rawResponse(response);
      raw.once('close', () => reader.abort());
      const tail = await this.buildTail();
      const unfollow = tail.follow();
      reader.signal.addEventListener('abort', unfollow);
      try {
        const from = await startOf(tail, request.headers['last-event-id'] ?? lastEventId, reader.signal);
        this.keys.watch(request.apiKey, reader);
        return { headers: HEADERS, chunks: () => cutWhenStalled(liveEvents(tail, from, isWanted, reader.signal), raw) };
      } catch (error) {
        reader.abort();
        throw error;
      }
    });
  }
}
