import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { once } from 'node:events';

/**
 * Keeps a worker alive until the primary has nothing on its way to it. A connection may be handed over at the moment in which the
 * worker closes its server: the worker sends it back, and another one gets it. Had the worker ended by then, nobody would answer.
 */
@Injectable()
export class Handover implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    process.send!('closed');
    await once(process, 'message');
  }
}
