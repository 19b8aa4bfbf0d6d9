import { NotFoundException } from '@nestjs/common';
import { OwnRoute } from '../../http/own-route.decorator.js';
import { ReadController } from './read-controller.decorator.js';

const PATHS = ['conversations', 'feedback', 'semantic-threads', 'semantic-threads/export'];

/** What clients of the SDK also ask for: told in words, as a plain 404 looks like a wrong URL. */
@ReadController()
export class UnservedQueriesController {
  @OwnRoute({ methods: ['POST'], body: 'application/json' }, PATHS)
  refuse(): never {
    throw new NotFoundException(
      'This server keeps events alone: it answers no questions about conversations, feedback or threads',
    );
  }
}
